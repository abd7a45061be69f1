"""A recipe: everything that shapes a trained model, as data (TOML)."""

import tomllib
from collections.abc import Iterator
from dataclasses import MISSING, asdict, dataclass, field, fields, is_dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from edge_lip.errors import RecipeError
from edge_lip.mouth import TRACKERS, CropGeometry
from edge_lip.text.decoding import DECODERS

from .splits import GROUPED, SPLITTERS

TASKS = ("sentence", "label")
BACKBONES = ("mobilenet-v3", "vgg-face")
"""Encoders that were trained elsewhere, on single colour pictures, and stay as they are."""
ENCODERS = ("cnn", *BACKBONES)
PRECISIONS = ("auto", "float32", "mixed_bfloat16")


@dataclass(frozen=True)
class Data:
    """Which clips."""

    dataset: str = "grid"
    speakers: tuple[str, ...] = ()
    """Only these; empty for all there are."""
    train: str = "train.txt"
    """File in the dataset's root with names of clips to train on, one a line. Where there is none,
    every clip that `val` does not name."""
    val: str = "val.txt"
    """File with names of the clips that are never trained on."""
    holdout: int = 40
    """Clips of the train list that are watched instead of learned: curves and decoder weights."""
    by: str = "list"
    """What tells train from val (see `training.splits`): list, speaker, take or share."""
    val_groups: tuple[str, ...] = ()
    """Speakers or takes that are never trained on."""
    holdout_groups: tuple[str, ...] = ()
    """Speakers or takes that are watched instead of learned; empty for `holdout` clips of any."""
    val_share: float = 0.2
    """Of every label's clips."""


@dataclass(frozen=True)
class Crop:
    """The mouth picture (see `edge_lip.mouth.CropGeometry`)."""

    width: int = 96
    height: int = 64
    span: float = 0.92
    drop: float = 0.06
    margin: int = 8
    tracker: str = "landmarks"
    depth: bool = False
    """With a second plane, from a depth camera."""

    @property
    def geometry(self) -> CropGeometry:
        return CropGeometry(self.width, self.height, self.span, self.drop, self.depth)


@dataclass(frozen=True)
class Network:
    """The two halves (see `training.network`)."""

    encoder: str = "cnn"
    """One of `training.encoders`."""
    weights: str = ""
    """HDF5 file of weights for the encoder "vgg-face"; random ones where none is named."""
    frames: int = 5
    """Crops in a stack."""
    ahead: int = 2
    """How many of them come after the one in question."""
    channels: tuple[int, ...] = (64, 96, 128)
    """Of the encoder's stages."""
    features: int = 192
    units: int = 160
    """Of each direction of each LSTM."""
    layers: int = 2
    dropout: float = 0.4

    @property
    def frozen(self) -> bool:
        """Whether the encoder stays as it is, and only what follows it is learned: two steps, of
        which the first computes features of all clips once (see `training.features`)."""
        return self.encoder in BACKBONES


@dataclass(frozen=True)
class Augment:
    """How samples are varied (see `training.augment`)."""

    splice: float = 0.6
    """Share of samples put together from words of several clips."""
    speed: float = 1.25
    """A whole sentence up to this much faster or slower."""
    word_speed: float = 1.2
    """And each of its words again."""
    shift: float = 6.0
    """Crop pixels."""
    scale: float = 0.1
    turn: float = 6.0
    """Degrees."""
    flip: float = 0.5
    """Share of mirrored samples."""
    gamma: float = 1.4
    noise: float = 0.1
    """Largest standard deviation of pixel noise, in deviations of the crop."""
    erase: float = 0.5
    """Share of samples with a blank rectangle."""
    hold: float = 0.3
    """Share of samples in which a few frames stand still."""
    rest: float = 0.3
    """Seconds by which a labelled clip may begin and end later, standing still."""
    trim: float = 0.1
    """Share of a labelled clip that may be missing at either end."""
    variants: int = 4
    """Of each clip's pictures, where features are computed once: as cut, and varied so often."""


@dataclass(frozen=True)
class Fit:
    """How the network learns."""

    epochs: int = 120
    batch: int = 16
    rate: float = 1.2e-3
    warmup: int = 3
    """Epochs."""
    decay: float = 1e-2
    """Of weights (AdamW)."""
    clip: float = 5.0
    """Of the gradient's norm."""
    average: float = 0.998
    """Momentum of the running average of weights that becomes the model."""
    word_loss: float = 1.0
    """Weight of the frame-wise word loss beside CTC."""
    class_weights: bool = True
    """Whether a rare label counts as much as a frequent one."""
    watch: int = 5
    """Epochs between readings of the held-out clips."""
    shortest: int = 46
    """Frames of a training sample, drawn anew for every batch."""
    longest: int = 76
    precision: str = "auto"
    """Of the encoder while training: float32, mixed_bfloat16, or auto."""
    seed: int = 1


@dataclass(frozen=True)
class Decoding:
    """How logits become text (see `edge_lip.text`)."""

    method: str = "beam"
    grammar: tuple[tuple[str, ...], ...] = ()
    """Slots of a sentence, each with its alternatives; for the method "grammar". Its two weights
    are found on the held-out clips."""
    beam: int = 16
    threshold: float = 0.0
    """Confidence under which a text is rejected."""


@dataclass(frozen=True)
class Recipe:
    """A training configuration."""

    name: str
    task: str = "sentence"
    """What a clip is: a sentence, or one label of a fixed list (see `training.tasks`)."""
    summary: str = ""
    """What the trained model reads, in a line."""
    credit: str = ""
    """Whose data it is, to be named wherever the model goes."""
    licence: str = ""
    """Of the trained model."""
    fps: float = 25.0
    data: Data = field(default_factory=Data)
    crop: Crop = field(default_factory=Crop)
    network: Network = field(default_factory=Network)
    augment: Augment = field(default_factory=Augment)
    fit: Fit = field(default_factory=Fit)
    decoding: Decoding = field(default_factory=Decoding)

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as it would stand in TOML."""
        return asdict(self)


def load_recipe(name: str) -> Recipe:
    """The recipe in the TOML file `name`, or the built-in one of that name.

    Raises RecipeError for a missing file, bad TOML, an unknown key or a value of the wrong type.
    """
    path = Path(name)
    if path.suffix == ".toml":
        if not path.is_file():
            raise RecipeError(f"no recipe file {name}")
        content = path.read_bytes()
    else:
        files = resources.files("training.recipes").iterdir()
        built_in = {f.name[:-5]: f for f in files if f.name.endswith(".toml")}
        if name not in built_in:
            raise RecipeError(
                f"no recipe is called {name!r}; there are: {', '.join(sorted(built_in))}, "
                "or give the path of a .toml file"
            )
        content = built_in[name].read_bytes()
    try:
        table = tomllib.loads(content.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RecipeError(f"recipe {name}: {error}") from None
    return recipe_from_dict({"name": path.stem, **table}, f"recipe {name}")


def recipe_from_dict(table: dict[str, Any], where: str = "recipe") -> Recipe:
    """The recipe that `table` spells. Raises RecipeError, naming the key."""
    recipe: Recipe = _build(Recipe, table, where)
    for holds, rule in _rules(recipe):
        if not holds:
            raise RecipeError(f"{where}: {rule}")
    return recipe


def _rules(recipe: Recipe) -> Iterator[tuple[bool, str]]:
    """What must hold between values, so that a mistake shows now and not hours later."""
    crop, net, fit = recipe.crop, recipe.network, recipe.fit
    yield recipe.task in TASKS, f"task must be one of {', '.join(TASKS)}"
    yield net.encoder in ENCODERS, f"[network] encoder must be one of {', '.join(ENCODERS)}"
    yield recipe.fps > 0, "fps must be above 0"
    yield from _data_rules(recipe.data)
    yield crop.tracker in TRACKERS, f"[crop] tracker must be one of {', '.join(TRACKERS)}"
    yield min(crop.width, crop.height) >= 16, "[crop] width and height must be at least 16"
    yield crop.span > 0 <= crop.margin, "[crop] span must be above 0, margin at least 0"
    yield 0 <= net.ahead < net.frames, "[network] ahead must be from 0 to below frames"
    single = net.frames == 1 and not crop.depth
    yield single or not net.frozen, f"[network] {net.encoder} takes frames = 1, ahead = 0, no depth"
    large = min(crop.width, crop.height) >= 32
    yield large or not net.frozen, f"[crop] {net.encoder} takes pictures of 32x32 and more"
    takes_file = net.encoder == "vgg-face"
    yield takes_file or not net.weights, "[network] weights is for the encoder vgg-face"
    yield recipe.augment.variants >= 1, "[augment] variants must be at least 1"
    stages = len(net.channels) >= 2 and min(net.channels) >= 1
    yield stages, "[network] channels must be at least two numbers above 0"
    for key in ("features", "units", "layers"):
        yield getattr(net, key) >= 1, f"[network] {key} must be at least 1"
    for key in ("epochs", "batch", "watch"):
        yield getattr(fit, key) >= 1, f"[fit] {key} must be at least 1"
    yield 0 <= net.dropout < 1, "[network] dropout must be from 0 to below 1"
    yield 3 <= fit.shortest <= fit.longest, "[fit] shortest must be from 3 to longest"
    yield fit.precision in PRECISIONS, f"[fit] precision must be one of {', '.join(PRECISIONS)}"
    method = recipe.decoding.method
    yield method in DECODERS, f"[decoding] method must be one of {', '.join(DECODERS)}"
    fits = (method == "label") == (recipe.task == "label")
    yield fits, "[decoding] method must be label where task is, and nowhere else"
    has_slots = bool(recipe.decoding.grammar)
    yield has_slots or method != "grammar", "[decoding] the method grammar needs a grammar"


def _data_rules(data: Data) -> Iterator[tuple[bool, str]]:
    yield data.by in SPLITTERS, f"[data] by must be one of {', '.join(SPLITTERS)}"
    yield data.holdout >= 0, "[data] holdout must be at least 0"
    yield 0 < data.val_share < 1, "[data] val_share must be between 0 and 1"
    named = bool(data.val_groups or data.holdout_groups)
    yield (
        data.by in GROUPED or not named,
        f"[data] val_groups and holdout_groups need by = {' or '.join(GROUPED)}",
    )
    both = sorted({*data.val_groups} & {*data.holdout_groups})
    yield not both, f"[data] {', '.join(both)} can't be in both val_groups and holdout_groups"


def _build(cls: Any, table: dict[str, Any], where: str) -> Any:
    known = {f.name: f for f in fields(cls)}
    values = {}
    for key, value in table.items():
        if key not in known:
            raise RecipeError(f"{where}: unknown key {key!r}; there are: {', '.join(known)}")
        kind = known[key].type
        if is_dataclass(kind):
            if not isinstance(value, dict):
                raise RecipeError(f"{where}: {key} must be a table [{key}]")
            values[key] = _build(kind, value, f"{where}: [{key}]")
        else:
            values[key] = _check(value, kind, f"{where}: {key}")
    for name, one in known.items():
        if name not in values and one.default is MISSING and one.default_factory is MISSING:
            raise RecipeError(f"{where}: {name} is missing")
    return cls(**values)


def _check(value: Any, kind: Any, where: str) -> Any:
    if getattr(kind, "__origin__", None) is tuple:
        if not isinstance(value, list | tuple):
            raise RecipeError(f"{where} must be a list")
        return tuple(_check(item, kind.__args__[0], where) for item in value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not kind:
        raise RecipeError(f"{where} must be {kind.__name__}, not {value!r}")
    return value
