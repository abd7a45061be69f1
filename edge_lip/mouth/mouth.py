"""From frames to steady mouth crops: track, smooth, cut."""

from dataclasses import dataclass, replace

import numpy as np

from ..errors import SourceError
from ..sources.frame import Frame
from .crop import crop_depth, crop_mouth
from .geometry import CropGeometry
from .pose import Pose, Tracker

SIZE_SECONDS = 0.2
"""Time constant of size and angle: a head grows and turns slowly, landmarks jitter."""
OFFSET_SECONDS = 0.5
"""Time constant of where the mouth is below the eyes: long against a syllable, so that the crop
follows the head and not the jaw, whose movement is what we want to see."""
LOST_SECONDS = 0.5
"""After so long without a face the next one is taken for another..."""
JUMP, RESIZE = 1.0, 1.5
"""...and so is one that is so many eye distances from where the last one was, or so many times
larger or smaller. Between two frames of a camera a head moves by a third of that."""


@dataclass(frozen=True)
class Crop:
    """A mouth at a moment."""

    image: np.ndarray
    """(height, width) uint8 grey, or (3, height, width) red, green and blue; with depth one plane
    more: (2, height, width), grey and depth."""
    time: float
    """Seconds, the frame's."""
    pose: Pose
    """Where it was cut (smoothed); `lips` as the tracker saw them."""
    first: bool = False
    """Whether it is the first of a face: what was before is of another, or long ago."""


class Mouth:
    """One stream's tracker, smoothing and crop. Causal: a crop needs no later frame."""

    def __init__(self, tracker: Tracker, geometry: CropGeometry) -> None:
        self._tracker = tracker
        self._geometry = geometry
        self._steady: _Steady | None = None
        self._depth: np.ndarray | None = None

    def reset(self) -> None:
        """Forget the face: the next frame is of another stream."""
        self._tracker.reset()
        self._steady = None
        self._depth = None

    def watch(self, frame: Frame) -> Crop | None:
        """The crop of `frame`, or None without a face.

        Where the geometry has depth and the frame has none, the last one's stands in. Raises
        SourceError when there was none before.
        """
        pose = self._tracker.track(frame.image, frame.time)
        if pose is None:
            return None
        steady = self._steady
        first = steady is None or not steady.goes_on(pose, frame.time)
        if steady is None or first:
            steady = _Steady.of(pose, frame.time)
        else:
            steady = steady.follow(pose, frame.time)
        self._steady = steady
        pose = steady.pose(pose)
        image = crop_mouth(frame.image, pose, self._geometry)
        if self._geometry.depth:
            depth = self._crop_depth(frame, pose)
            image = np.concatenate([image.reshape(-1, *depth.shape), depth[np.newaxis]])
        return Crop(image, frame.time, pose, first)

    def _crop_depth(self, frame: Frame, pose: Pose) -> np.ndarray:
        if frame.depth is not None:
            self._depth = crop_depth(frame.depth, pose, self._geometry)
        if self._depth is None:
            raise SourceError(
                "the stream has no depth pictures, which this model needs: "
                "give a folder with color_001, depth_001 and so on"
            )
        return self._depth


@dataclass(frozen=True)
class _Steady:
    """The smoothed state: head size and angle, and the mouth's place in the head's own axes."""

    time: float
    scale: float
    turn: complex
    """Of unit length, so that angles average across the ±pi cut."""
    offset: complex
    """Mouth from eyes, over the scale, with the head's turn taken out."""
    eyes: complex
    """Where they were last."""

    @staticmethod
    def of(pose: Pose, time: float) -> "_Steady":
        turn = complex(np.exp(1j * pose.angle))
        offset = (complex(pose.x, pose.y) - complex(*pose.eyes)) / (pose.scale * turn)
        return _Steady(time, pose.scale, turn, offset, complex(*pose.eyes))

    def goes_on(self, pose: Pose, time: float) -> bool:
        """Whether what is at `pose` at `time` can be the same face."""
        return (
            0 <= time - self.time < LOST_SECONDS
            and abs(complex(*pose.eyes) - self.eyes) < JUMP * self.scale
            and 1 / RESIZE < pose.scale / self.scale < RESIZE
        )

    def follow(self, pose: Pose, time: float) -> "_Steady":
        new = _Steady.of(pose, time)
        size = 1 - np.exp(-(time - self.time) / SIZE_SECONDS)
        place = 1 - np.exp(-(time - self.time) / OFFSET_SECONDS)
        turn = self.turn + size * (new.turn - self.turn)
        return _Steady(
            time,
            self.scale + size * (new.scale - self.scale),
            turn / abs(turn),
            self.offset + place * (new.offset - self.offset),
            new.eyes,
        )

    def pose(self, seen: Pose) -> Pose:
        mouth = complex(*seen.eyes) + self.offset * self.scale * self.turn
        return replace(
            seen,
            x=mouth.real,
            y=mouth.imag,
            scale=self.scale,
            angle=float(np.arctan2(self.turn.imag, self.turn.real)),
        )
