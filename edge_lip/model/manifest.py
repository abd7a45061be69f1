"""What a model says of itself.

JSON both ways, strictly (see `edge_lip.system.schema`).
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

from ..errors import ModelError
from ..mouth.geometry import CropGeometry
from ..system.schema import build
from ..text.classes import Classes
from ..text.decoding import Decoding
from ..text.logits import ACTIVATIONS
from ..text.tasks import TASKS, Slots

FORMAT: Final = 1
TRACKER: Final = "landmarks"
"""What cuts a model's crops unless its manifest says otherwise."""
PIXELS: Final = "crop"
"""What a crop's pixels become unless the manifest says otherwise: see `edge_lip.mouth.PIXELS`."""
SPLITS_FORMERLY: Final = {"val": "test", "holdout": "validation"}
"""What splits are called that older manifests, and people who know them, call otherwise."""
FITS: Final = ("resample", "pad", "slide")


@dataclass(frozen=True)
class Stack:
    """How many crops `encode` sees at once, and how many of them come after the one in question."""

    frames: int
    ahead: int


@dataclass(frozen=True)
class Window:
    """What a network that is one graph sees at once, and how an utterance is brought to it."""

    frames: int
    """Crops in a window."""
    fit: str
    """One of `FITS`: "resample" makes one window of the utterance, stretched or squeezed in time;
    "pad" does, with zeros after it, and squeezes it only where it is too long; "slide" makes one
    every `stride` crops."""
    stride: int | None = None
    """Crops from the start of one window to that of the next, for "slide" alone."""


@dataclass(frozen=True)
class Quantization:
    """How each half is stored: "int8" is full int8, "dynamic" 8-bit weights with float sums."""

    encode: str
    decode: str


@dataclass(frozen=True)
class Flatbuffer:
    """The TFLite part of a model file, which comes first in it."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """Everything a reader has to know to use the model, and a person to judge it."""

    name: str
    version: str
    task: str
    """One of `edge_lip.text.tasks.TASKS`: "sentence" spells what is said, "label" tells which of
    its labels it is."""
    fps: float
    crop: CropGeometry
    """What the pictures showed that the network learned from."""
    stack: Stack
    tokens: tuple[str, ...]
    """Classes of `logits`; class 0, the blank of CTC, is the empty string. Empty for labels."""
    words: tuple[str, ...]
    """Classes 1, 2, … of `words` (class 0 is silence); empty without such a head."""
    decoding: Decoding
    training: Mapping[str, Any]
    """Recipe, data, credit and whatever else was true of the training."""
    accuracy: tuple[Mapping[str, Any], ...]
    """One entry per measurement: split, clips, decoder, model, wer, cer."""
    licence: str
    versions: Mapping[str, str]
    """Package versions the model was made with."""
    labels: tuple[str, ...] = ()
    """Classes of `labels`; empty for sentences."""
    tracker: str = TRACKER
    """One of `edge_lip.mouth.TRACKERS`: the one that cut the crops the model learned from."""
    pixels: str = PIXELS
    """One of `edge_lip.mouth.PIXELS`: the numbers the network takes for a crop's pixels."""
    window: Window | None = None
    """Of a network that is one graph; None for the two halves."""
    quantization: Quantization | None = None
    """None before conversion, as are `flatbuffer` and `files`."""
    flatbuffer: Flatbuffer | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of the files beside the manifest, by name."""
    proof: Mapping[str, Any] = field(default_factory=dict)
    """What the converter found when it ran what it wrote (see
    `converter.verification.proof.Proof`); empty before conversion."""
    format: int = FORMAT

    @property
    def channels(self) -> int:
        """Planes of a stack: a crop's (grey or three colours, and depth) times its frames."""
        planes = (3 if self.crop.colour else 1) + self.crop.depth
        return planes * self.stack.frames

    @property
    def classes(self) -> Classes:
        """What the classes of its outputs stand for."""
        return Classes(self.tokens, self.words, self.labels)

    @property
    def closed(self) -> bool:
        """Whether its texts are the entries of a fixed list, one for a whole clip."""
        return TASKS[self.task].closed

    @property
    def slots(self) -> Slots:
        """What can be said at each place of a text; empty where nothing tells."""
        return TASKS[self.task].slots(self.classes, self.decoding)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON.

        What was added to the format later is left out where it says nothing: a model that does
        without it stays the file it was, and older versions go on opening it.
        """
        data = asdict(self)
        for name, plain in {"tracker": TRACKER, "pixels": PIXELS, "window": None}.items():
            if data[name] == plain:
                del data[name]
        for plane in ("depth", "colour"):
            if not data["crop"][plane]:
                del data["crop"][plane]
        if not self.proof:
            del data["proof"]
        for entry in fields(Decoding):
            if data["decoding"][entry.name] == entry.default:
                del data["decoding"][entry.name]
        return data

    def to_json(self) -> str:
        """JSON text that `from_json` turns into an equal manifest."""
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> "Manifest":
        """The manifest in a JSON text; raises `ModelError` when it is not exactly one."""
        return from_dict(parse(text))


def parse(text: str | bytes) -> dict[str, Any]:
    """The JSON object of a manifest whose format this version knows; raises `ModelError`."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise ModelError(f"the manifest is damaged: it is not JSON ({error})") from error
    if not isinstance(data, dict) or not isinstance(data.get("format"), int):
        raise ModelError("the manifest is damaged: it has no format number")
    if data["format"] > FORMAT:
        raise ModelError(
            f"the manifest has format {data['format']}, newer than the {FORMAT} this edge-lip "
            "knows: pip install -U edge-lip"
        )
    return data


def from_dict(data: dict[str, Any]) -> Manifest:
    """The manifest that `data` (as `json.loads` gives it) describes; raises `ModelError`."""
    manifest = build(Manifest, data, "the manifest", ModelError)
    _check_task(manifest)
    decoding = manifest.decoding
    if any("\n" in entry for entry in manifest.tokens + manifest.words + manifest.labels):
        raise ModelError("the manifest's tokens, words and labels can't hold line breaks")
    if not decoding.temperature > 0 or not 0 <= decoding.threshold <= 1:
        raise ModelError(
            "the manifest's temperature must be positive and its threshold from 0 to 1"
        )
    if decoding.apart < 0:
        raise ModelError("the manifest's features apart can't be fewer than 0")
    if decoding.activation not in ACTIVATIONS:
        raise ModelError(
            f"the manifest's activation '{decoding.activation}' is none this edge-lip knows"
            f" ({', '.join(ACTIVATIONS)}): pip install -U edge-lip"
        )
    if not manifest.fps > 0 or not 0 <= manifest.stack.ahead < manifest.stack.frames:
        raise ModelError("the manifest's fps must be positive and its stack hold the frame itself")
    _check_window(manifest)
    return manifest


def _check_task(manifest: Manifest) -> None:
    """Raise `ModelError` unless the manifest has what its task needs, and nothing of another's."""
    task = TASKS.get(manifest.task)
    if task is None:
        raise ModelError(
            f"the manifest's task '{manifest.task}' is none this edge-lip knows"
            f" ({', '.join(TASKS)}): pip install -U edge-lip"
        )
    if manifest.decoding.method not in task.decoders:
        raise ModelError(f"the manifest's decoder can't read the outputs of the task '{task.name}'")
    task.check(manifest.classes, manifest.decoding)


def _check_window(manifest: Manifest) -> None:
    """Raise `ModelError` unless utterances can be brought to the manifest's window."""
    window = manifest.window
    if window is None:
        return
    if window.fit not in FITS:
        raise ModelError(
            f"the manifest's window can't be fitted by '{window.fit}'; there are: {', '.join(FITS)}"
        )
    if window.frames < 1 or (window.stride is not None) != (window.fit == "slide"):
        raise ModelError("the manifest's window must have frames, and a stride where it slides")
    if window.stride is not None and not 1 <= window.stride <= window.frames:
        raise ModelError("the stride of the manifest's window must be from 1 to its frames")
    if window.fit not in (fits := TASKS[manifest.task].fits):
        raise ModelError(
            f"a window can't be fitted by '{window.fit}' for the task '{manifest.task}': only by"
            f" {', '.join(fits)}"
        )
    if manifest.stack.frames != 1 or manifest.words:
        raise ModelError("a model with a window has a stack of one frame and no words")
