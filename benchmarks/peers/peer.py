"""What a peer is: somebody else's way to read lips or to find them, rebuilt from what they told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Mode = Literal["none", "dynamic", "int8"]


@dataclass(frozen=True)
class Network:
    """A network that reads a window of mouth crops at once, with random weights: what it reads is
    nothing, what it takes is its own."""

    paper: str
    """Where it is described: authors, year."""
    window: tuple[int, int, int, int]
    """Frames, height, width and channels of what it takes at once, 25 frames a second."""
    build: Callable[[], Any]
    """The Keras model, from (1, *window) float32."""
    tokens: tuple[str, ...] = ()
    """What its outputs stand for, without the blank at the end. Then `edge-lip convert` makes files
    of it: TensorFlow's own converter leaves some of it to operators that a device has not.
    """
    modes: tuple[Mode, ...] = ("none", "dynamic", "int8")
    """Of quantization, to be tried: the best is the fastest."""
    without: str = ""
    """What of the published whole is not in it."""


@dataclass(frozen=True)
class FaceTracker:
    """A face pipeline of MediaPipe, in an environment of its own."""

    paper: str
    kind: Literal["mesh", "landmarker"]


@dataclass(frozen=True)
class Taught:
    """A package that is taught words by a few clips, in an environment of its own."""

    paper: str
    module: str
    """Beside this one, and run there."""


Peer = Network | FaceTracker | Taught


@dataclass(frozen=True)
class Row:
    """One way to run one peer. Times are processor time, all threads, medians."""

    peer: str
    engine: str
    call_ms: float
    """Of one call: a window of `frames`, or a frame."""
    frames: int
    after_last_ms: float | None
    """What there is to compute once the last frame of an utterance was seen; None for trackers."""
    file_bytes: int | None = None
    macs: int | None = None
    """Of one call."""
    peak_bytes: int | None = None
    """Most memory resident, in a process that does nothing else."""
    note: str = ""

    @property
    def frame_ms(self) -> float:
        """Of one frame."""
        return self.call_ms / self.frames
