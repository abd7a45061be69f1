"""What a model of someone else's can't say of itself: a small TOML file, single settings, or both.

task = "label"
labels = ["Begin", "Choose", "Connection"]    # or the name of a file, one a line
fps = 25
pixels = "0..1"

[crop]
span = 0.92

[window]
fit = "pad"
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from edge_lip.errors import UsageError
from edge_lip.frontend.pixels import PIXELS
from edge_lip.model.manifest import FITS, TRACKER
from edge_lip.mouth.geometry import CropArea
from edge_lip.mouth.trackers import TRACKERS
from edge_lip.system import schema
from edge_lip.system.identity import tidied
from edge_lip.system.textfile import read_lines, read_toml
from edge_lip.text.classes import Classes
from edge_lip.text.logits import ACTIVATIONS
from edge_lip.text.tasks import TASKS

BLANKS: Final = ("first", "last")


@dataclass(frozen=True)
class DescribedCrop(CropArea):
    """What part of the face the pictures showed; their planes are what the network takes."""

    width: int = 0
    """Pixels, as `height`; 0 for what the network takes. Needed where it takes any."""
    height: int = 0


@dataclass(frozen=True)
class DescribedWindow:
    """How clips were brought to the network's number of frames (see `edge_lip.model.Window`)."""

    frames: int = 0
    """0 for what the network takes."""
    fit: str = ""
    """One of `FITS`; empty for the task's usual one."""
    stride: int = 0
    """For "slide"; 0 for as many as a window has."""


@dataclass(frozen=True)
class Description:
    """What has to be known of a model beside its network."""

    task: str
    """One of `edge_lip.text.tasks.TASKS`."""
    pixels: str
    """One of `edge_lip.mouth.PIXELS`: the numbers it was trained on."""
    fps: float
    """Frames a second of the clips it was trained on."""
    labels: tuple[str, ...] = ()
    """What its outputs mean, in their order."""
    tokens: tuple[str, ...] = ()
    """The same for a sentence model, without the blank of CTC."""
    blank: str = "last"
    """Where among the outputs the blank is: "last" for Keras' `ctc_batch_cost`, else "first"."""
    activation: str = ""
    """What makes, or has made, probabilities of its outputs: one of
    `edge_lip.text.logits.ACTIVATIONS`; empty for what can be seen of them."""
    crop: DescribedCrop = field(default_factory=DescribedCrop)
    window: DescribedWindow | None = None
    """Where there is one, utterances are brought to it, even if the network would take any."""
    tracker: str = TRACKER
    name: str = ""
    """Empty for the file's."""
    licence: str = "unknown"

    @property
    def classes(self) -> Classes:
        """What its outputs stand for, the blank of CTC first."""
        return Classes(("", *self.tokens) if self.tokens else (), (), self.labels)


def read_description(path: Path | None, settings: Sequence[str] = ()) -> Description | None:
    """The description in the TOML file `path`, with single values (`crop.span=1.1`) over it.

    None where there is neither. Raises UsageError for an unknown key or an impossible value.
    """
    if path is None and not settings:
        return None
    table: dict[str, Any] = {} if path is None else read_toml(path, UsageError)
    table = schema.with_settings(Description, table, settings, UsageError)
    for key in ("labels", "tokens"):
        if isinstance(table.get(key), str):
            listed = (path.parent if path else Path()) / table[key]
            table[key] = read_lines(listed, UsageError)
            while table[key] and not table[key][-1]:  # no class, but how a file ends
                table[key].pop()
    where = str(path or "--set")
    description = schema.build(Description, table, where, UsageError)
    # Labels alone: tokens are characters, a space and what has no width among them.
    description = replace(description, labels=tuple(map(tidied, description.labels)))
    _check(description, where)
    return description


def _check(said: Description, where: str) -> None:
    """Raise UsageError where values can't be, or don't go together."""
    choices = {
        "task": (said.task, tuple(TASKS)),
        "pixels": (said.pixels, tuple(PIXELS)),
        "blank": (said.blank, BLANKS),
        "activation": (said.activation, ("", *ACTIVATIONS)),
        "tracker": (said.tracker, tuple(TRACKERS)),
        "[window] fit": ((said.window or DescribedWindow()).fit, ("", *FITS)),
    }
    for key, (value, allowed) in choices.items():
        if value not in allowed:
            there_are = ", ".join(filter(None, allowed))
            raise UsageError(f"{where}: {key} must be one of {there_are}, not {value!r}")
    needed, classes = TASKS[said.task].classes, said.classes
    others = {task.classes for task in TASKS.values()} - {needed}
    if not getattr(classes, needed) or any(getattr(classes, other) for other in others):
        raise UsageError(
            f"{where}: the task {said.task} needs {needed}, and no {' or '.join(sorted(others))}"
        )
    for number, label in enumerate(said.labels, 1):
        if not label:
            raise UsageError(f"{where}: label {number} is empty: each class has one")
        if (first := said.labels.index(label) + 1) < number:
            raise UsageError(f"{where}: labels {first} and {number} are both {label!r}")
    if not said.fps > 0 or not said.crop.span > 0:
        raise UsageError(f"{where}: fps and the crop's span must be above 0")
