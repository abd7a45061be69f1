"""How much the lips move, and from when to when that is an utterance."""

import math
from dataclasses import dataclass

import numpy as np

from ..frontend.pixels import normalize
from ..mouth.mouth import Crop

LIPS_SECONDS, CROPS_SECONDS = 0.1, 0.15
"""Time constants of the motion's average: about a syllable, so that it stays up between two. That
of lip landmarks, which are steadier, is shorter: the end is noticed sooner."""


class LipMotion:
    """Speed of the lips, apart from that of the head.

    With lip landmarks: mean speed of the points in outer eye distances per second, after the
    lips' place, turn and size are taken out. Without: mean change of the normalized crop in
    standard deviations per second.
    """

    def __init__(self) -> None:
        self._last: tuple[np.ndarray, float] | None = None
        self._speed = 0.0

    def watch(self, crop: Crop) -> float:
        """The smoothed speed at the time of `crop`; 0 for the first."""
        shape = _shape(crop)
        last, self._last = self._last, (shape, crop.time)
        if last is None or crop.time <= last[1] or last[0].shape != shape.shape:
            return self._speed
        seconds = crop.time - last[1]
        change = float(np.add.reduce(np.abs(shape - last[0]), axis=None)) / shape.size
        keep = math.exp(-seconds / (CROPS_SECONDS if crop.pose.lips is None else LIPS_SECONDS))
        self._speed = keep * self._speed + (1 - keep) * change / seconds
        return self._speed


def _shape(crop: Crop) -> np.ndarray:
    pose = crop.pose
    if pose.lips is None:
        return normalize(crop.image)
    cos, sin = math.cos(pose.angle) / pose.scale, math.sin(pose.angle) / pose.scale
    middle = np.add.reduce(pose.lips) / len(pose.lips)
    return (pose.lips - middle) @ np.array([[cos, -sin], [sin, cos]])


@dataclass(frozen=True)
class Thresholds:
    """When motion is speech. Speeds are `LipMotion`'s, times are seconds."""

    on: float
    """Lips at least this fast begin to speak."""
    off: float
    """Lips slower than this have stopped."""
    shortest: float = 0.3
    """Motion has to last so long to count: a smile or a swallow is shorter."""
    hold: float = 0.4
    """Stillness has to last so long: closed lips inside a word are shorter."""
    before: float = 0.8
    """So much before the motion belongs to the utterance: the first word may be said with lips that
    hardly move."""


LIPS = Thresholds(on=0.08, off=0.035)
"""For motion of lip landmarks. Chosen on 40 held-out GRID clips of one speaker, with rests between
them, for both trackers that have landmarks: see docs/live.md."""
FINE_LIPS = Thresholds(on=0.12, off=0.07)
"""For motion of lip landmarks that move as far as the lips do (see `Pose.fine`): half as much again
as of the others, at rest and in speech."""
CROPS = Thresholds(on=5.0, off=4.0)
"""For motion of crops. A box tracker's jitter at rest (4.9 for 95 % of the time, measured alike)
overlaps with slow speech (over 4.1 for 95 %): the end is often noticed late."""

LONGEST_LEAD_SECONDS = max(
    thresholds.shortest + thresholds.before for thresholds in (LIPS, FINE_LIPS, CROPS)
)
"""So much of the past belongs to an utterance when its beginning is noticed."""


class Utterances:
    """Tells at each crop whether somebody speaks: hysteresis with a hold."""

    def __init__(self, thresholds: Thresholds) -> None:
        self._thresholds = thresholds
        self.speaking = False
        self._since: float | None = None
        """Since when the motion has contradicted `speaking`."""

    def watch(self, speed: float, time: float) -> bool:
        """Whether at `time` an utterance is going on, given the lips' `speed`."""
        thresholds = self._thresholds
        moving = speed >= (
            thresholds.off if self.speaking or self._since is not None else thresholds.on
        )
        if moving == self.speaking:
            self._since = None
            return self.speaking
        if self._since is None:
            self._since = time
        if time - self._since >= (thresholds.hold if self.speaking else thresholds.shortest):
            self.speaking, self._since = moving, None
        return self.speaking


class Activity:
    """Tells at each crop whether somebody speaks, by the motion of the lips."""

    def __init__(self) -> None:
        self._motion = LipMotion()
        self._utterances: Utterances | None = None

    def speaks(self, crop: Crop) -> bool:
        """Whether at the time of `crop` an utterance is going on."""
        if self._utterances is None:
            self._utterances = Utterances(thresholds_for(crop))
        return self._utterances.watch(self._motion.watch(crop), crop.time)


def thresholds_for(crop: Crop) -> Thresholds:
    """The thresholds for what the tracker of `crop` sees."""
    if crop.pose.lips is None:
        return CROPS
    return FINE_LIPS if crop.pose.fine else LIPS
