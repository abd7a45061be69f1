"""A film whose crops say which frame they are, and a model that reads exactly that."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from edge_lip.model.file import Model
from edge_lip.model.manifest import Manifest, Stack
from edge_lip.mouth.geometry import CropGeometry
from edge_lip.mouth.pose import Pose
from edge_lip.sources.frame import Frame
from edge_lip.text.decoding import Decoder, Decoding
from edge_lip.text.hypothesis import Hypothesis, Word
from edge_lip.text.logits import Logits
from edge_lip.text.logits import Logits as LogitsLike

GEOMETRY = CropGeometry(drop=0.0)
SIDE = 160
MANIFEST = Manifest(
    name="fake",
    version="1",
    task="sentence",
    fps=25.0,
    crop=GEOMETRY,
    stack=Stack(frames=5, ahead=2),
    tokens=("", "a"),
    words=(),
    decoding=Decoding("greedy", None, 0.0, 1.0, 16),
    training={},
    accuracy=(),
    licence="",
    versions={},
)
LABEL_MANIFEST = replace(
    MANIFEST,
    task="label",
    tokens=(),
    labels=("Begin", "Stop", "Excuse me", "Web"),
    decoding=Decoding("label", None, 0.0, 0.0, 1),
)


def picture(number: int) -> np.ndarray:
    """A picture with a bright line in the column of the crop that `number` says."""
    # Brighter from row to row: one mouth, whatever the number.
    rows = np.linspace(0, 200, SIDE).astype(np.uint8)
    image = np.broadcast_to(rows[:, np.newaxis, np.newaxis], (SIDE, SIDE, 3)).copy()
    image[:, SIDE // 2 - GEOMETRY.width // 2 + number] = 250
    return image


FACELESS = np.zeros((SIDE, SIDE, 3), np.uint8)


def film(count: int, fps: float = 25, start: float = 0.0, first: int = 0) -> list[Frame]:
    """`count` frames that show the numbers from `first` on (below 96)."""
    return [Frame(picture(first + i), start + i / fps) for i in range(count)]


def live_film(seconds: float) -> list[Frame]:
    """A minute of camera has more frames than there are numbers: they begin again."""
    return [
        Frame(frame.image, i / 25)
        for i, frame in enumerate(film(90) * int(np.ceil(seconds * 25 / 90)))
    ][: int(seconds * 25)]


class FakeTracker:
    """Sees the mouth in the middle of every picture that is not black.

    The lips move between the times of `speech` ((start, end) pairs), unless it is None: then
    there are no lip landmarks.
    """

    def __init__(self, speech: Sequence[tuple[float, float]] | None = None) -> None:
        self._speech = speech

    def track(self, image: np.ndarray, time: float) -> Pose | None:
        if not image.any():
            return None
        middle = SIDE / 2 - 0.5
        scale = GEOMETRY.width / GEOMETRY.span
        return Pose(middle, middle, scale, 0.0, (middle, middle - 40), 1.0, self._lips(time, scale))

    def reset(self) -> None: ...

    def _lips(self, time: float, scale: float) -> np.ndarray | None:
        if self._speech is None:
            return None
        turn = np.linspace(0, 2 * np.pi, 40, endpoint=False)
        speaks = any(start <= time < end for start, end in self._speech)
        opening = 0.1 + (0.03 * np.sin(2 * np.pi * 3 * time) if speaks else 0)
        lips = np.stack([0.3 * np.cos(turn), opening * np.sin(turn)], axis=-1)
        return (scale * lips).astype(np.float32)


@dataclass
class FakeModel(Model):
    """Features are the number in the middle of the stack; remembers the stacks."""

    manifest: Manifest = MANIFEST
    stacks: list[list[int]] = field(default_factory=list)

    inputs = {"stack": (64, 96, 5)}  # noqa: RUF012 (no field: what the class takes)

    def encode(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        stack = inputs["stack"]
        assert stack.shape == (64, 96, 5) and stack.dtype == np.float32
        self.stacks.append([int(column) for column in stack.mean(axis=0).argmax(axis=0)])
        return np.array([self.stacks[-1][2]], np.float32)

    def decode(self, features: np.ndarray) -> Logits:
        return Logits(features, None)


@dataclass
class FakeLabelModel(FakeModel):
    """Believes in each label of its manifest as much as `shares` say, whatever it sees."""

    manifest: Manifest = LABEL_MANIFEST
    shares: tuple[float, ...] = (0.1, 0.2, 0.64, 0.06)

    def decode(self, features: np.ndarray) -> Logits:
        return Logits(None, None, np.log(np.array(self.shares, np.float32)))


def _hypothesis(logits: LogitsLike) -> Hypothesis:
    assert logits.tokens is not None
    words = [Word(str(int(n)), 0.5, i, i + 1) for i, (n,) in enumerate(logits.tokens)]
    return Hypothesis(" ".join(word.text for word in words), 0.75, tuple(words))


DECODER = Decoder("fake", _hypothesis, _hypothesis)
"""Writes down the number of every frame."""


@dataclass
class FakeSource:
    """Gives the frames it is given."""

    frames: list[Frame]
    name: str = "film"
    live: bool = False
    closed: bool = False

    def __iter__(self) -> Iterator[Frame]:
        yield from self.frames

    def close(self) -> None:
        self.closed = True


def numbers(first: int, last: int) -> str:
    """The text of the frames from `first` to `last`."""
    return " ".join(str(number) for number in range(first, last + 1))
