"""Whether the face in a stream can be read, and what is told when that changes.

Landmarks are found on any face, also where a hand is in front of the mouth or the head is seen from
the side: what they make of that is no speech.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..mouth.mouth import Crop
from ..system.opencv import cv2

State = Literal["seen", "lost", "turned", "covered"]

TOLD: dict[State, str] = {
    "seen": "the face is seen again",
    "lost": "no face",
    "turned": "the face is turned away",
    "covered": "the mouth is covered",
}
"""What an event says of each."""
LOOKS = (24, 16)
"""Pixels, width and height: so much of a crop tells a mouth from a hand."""


@dataclass(frozen=True)
class FacePolicy:
    """When a face can't be read, and what is worth telling. Seconds, unless it says otherwise.

    Likenesses are correlations of the crop with the mouth's usual looks. On clips of six GRID
    speakers speech stays over 0.58, and under 0.33 what a hand-like or a dark patch leaves of it.
    """

    settle: float = 0.5
    """So long something has to be so until it is told."""
    turned: float = math.radians(45)
    """Heads that are turned further, as landmarks have it, are not read. That is about 60 degrees:
    landmarks see 0.6 to 0.9 of a turn."""
    facing: float = math.radians(38)
    """One that was turned is read again from here."""
    covered: float = 0.4
    """A crop less like the mouth's usual looks than this is none of it."""
    bare: float = 0.5
    """One that was covered is seen again from here."""
    usual: float = 1.0
    """Time constant of the usual looks."""
    known: float = 0.5
    """What was seen for less is not how a mouth usually looks."""
    believe: float = 10.0
    """What covers a mouth for so long is how it looks now: the light has changed, say."""
    count: float = 2.0
    """Between two counts of the faces in the picture."""


class Visibility:
    """Follows one stream, crop by crop."""

    def __init__(self, policy: FacePolicy | None = None) -> None:
        self._policy = policy or FacePolicy()
        self.reset()

    def reset(self, expected: bool = False) -> None:
        """Another stream begins. `expected`: there has to be a face, so that it is told if there is
        none; otherwise nothing is told before there was one."""
        self.state: State = "seen" if expected else "lost"
        """How it is, told or not."""
        self._told: State | None = "seen" if expected else None
        self._since: float | None = None
        self._looks: np.ndarray | None = None
        self._seen = self._known = self._uncovered = 0.0
        """When there was a crop, when it began to have these looks, when it had them last."""
        self._faces, self._counted = 1, -math.inf

    @property
    def readable(self) -> bool:
        """Whether the last crop shows a mouth that can be read."""
        return self.state == "seen"

    def watch(self, crop: Crop | None, time: float) -> list[str]:
        """Take what was found in the frame at `time`; give what is to be told."""
        state = self._judge(crop)
        if state != self.state or self._since is None:
            self.state, self._since = state, time
        if self._told is None:
            self._told = "seen" if state == "seen" else None
        if self._told in (None, state) or time - self._since < self._policy.settle:
            return []
        self._told = state
        return [TOLD[state]]

    def due(self, time: float) -> bool:
        """Whether the faces in the frame at `time` are to be counted."""
        if time - self._counted < self._policy.count:
            return False
        self._counted = time
        return True

    def count(self, faces: int) -> list[str]:
        """Take how many faces are in the picture; give what is to be told."""
        before, self._faces = self._faces, max(1, faces)
        if before == self._faces:
            return []
        if self._faces == 1:
            return ["one face"]
        return [f"{self._faces} faces: the one that was there first is read"]

    def _judge(self, crop: Crop | None) -> State:
        if crop is None:
            return "lost"
        policy = self._policy
        limit = policy.facing if self.state == "turned" else policy.turned
        if abs(crop.pose.yaw) > limit:
            return "turned"
        return "covered" if self._covered(crop) else "seen"

    def _covered(self, crop: Crop) -> bool:
        """Whether `crop` is unlike the mouth's usual looks; if not, they become more like it."""
        policy = self._policy
        looks = _looks(crop.image)
        before, self._seen = self._seen, crop.time
        if self._looks is None or crop.first:
            self._looks, self._uncovered, self._known = looks, crop.time, crop.time
            return False
        likeness = float(looks @ self._looks) / _length(self._looks)
        if likeness < (policy.bare if self.state == "covered" else policy.covered):
            # What was seen for a moment only, such as a broken first frame, is not how it looks.
            known = self._uncovered - self._known >= policy.known
            if known and crop.time - self._uncovered < policy.believe:
                return True
            self._looks, self._known = looks, crop.time
        self._uncovered = crop.time
        part = np.float32(1 - math.exp(-(crop.time - before) / policy.usual))
        self._looks = self._looks + part * (looks - self._looks)
        return False


def _looks(image: np.ndarray) -> np.ndarray:
    """Of a crop (see `Crop.image`), whatever the light: of mean 0 and length 1, or 0 where all is
    of one grey."""
    plane = image if image.ndim == 2 else image[0]
    small = cv2.resize(plane, LOOKS, interpolation=cv2.INTER_AREA).ravel().astype(np.float32)
    small -= np.add.reduce(small) / len(small)
    looks: np.ndarray = small / np.float32(_length(small))
    return looks


def _length(looks: np.ndarray) -> float:
    """Of a vector; not 0."""
    return max(math.sqrt(looks @ looks), 1e-6)
