"""Where the mouth is in a picture, and the trackers' common shape."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np


@dataclass(frozen=True)
class Pose:
    """A mouth in a picture. Lengths in pixels, x to the right, y down."""

    x: float
    """Middle of the mouth."""
    y: float
    scale: float
    """Distance of the outer eye corners: it does not change with what the mouth does."""
    angle: float
    """Of the line between the eyes, radians, 0 is level, clockwise positive."""
    eyes: tuple[float, float]
    """Middle between the eyes: a rigid point, steadier than the lips."""
    score: float
    """The tracker's belief that this is a face, 0 to 1."""
    lips: np.ndarray | None = None
    """(40, 2) float32, outer then inner lip contour; None from trackers without landmarks."""
    chin: np.ndarray | None = None
    """(2,) float32, its lowest point; None from trackers without landmarks."""
    fine: bool = False
    """Whether the lips' points close and open as the lips do, and not about half as far."""
    yaw: float = 0.0
    """How far the head is turned aside, radians, towards the picture's right positive; 0 from
    trackers without landmarks."""


class Tracker(Protocol):
    """Finds one mouth in a stream of pictures; may remember where it was."""

    def track(self, image: np.ndarray, time: float) -> Pose | None:
        """The mouth in `image` ((H, W, 3) uint8 BGR) at `time` seconds, or None without a face."""

    def reset(self) -> None:
        """Forget where the face was: the next picture is of another stream."""


@runtime_checkable
class FaceCounter(Protocol):
    """A tracker that can also tell how many people there are."""

    def faces(self, image: np.ndarray) -> int:
        """How many faces are in `image`; changes nothing of what is followed."""
