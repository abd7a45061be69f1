"""A picture with a time, and what gives such pictures."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol, Self

import numpy as np


@dataclass(frozen=True)
class Frame:
    """One picture of a source."""

    image: np.ndarray
    """(H, W, 3) uint8, BGR. Sources may also give (H, W) or (H, W, 1) grey and (H, W, 4) BGRA;
    once read, it is BGR."""
    time: float
    """Seconds from the start of the source; grows strictly from frame to frame."""
    depth: np.ndarray | None = None
    """(H, W) uint8 or uint16, registered to the image; 0 where nothing was measured."""
    dropped: int = 0
    """Frames of a live source between the one before and this that nobody had time for."""


class Picture(NamedTuple):
    """One picture of a film or camera, as whoever gives it says."""

    image: np.ndarray
    """(H, W, 3) uint8, BGR."""
    time: float
    """Seconds, of a clock of its own; 0 where it does not say."""


class Source(Protocol):
    """Gives frames in the order of their time. Close it, or use `contextlib.closing`;
    those of edge-lip are context managers, too."""

    name: str
    """What events and messages call it, such as `clip.mp4` or `camera:0`."""
    live: bool
    """Whether frames come as they happen, without an end of their own."""

    def __iter__(self) -> Iterator[Frame]:
        """Give the frames, once."""

    def close(self) -> None:
        """Let go of the file or device."""


class Closing(Source):
    """A source that is closed at the end of a `with` block."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
