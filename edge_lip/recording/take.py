"""One take: what was seen from the first picture to the last, and when the lips moved."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from ..errors import EdgeLipError
from ..mouth.geometry import CropGeometry
from ..mouth.mouth import Crop, Mouth
from ..mouth.pose import Tracker
from ..reading.speech_activity import (
    LIPS,
    LONGEST_LEAD_SECONDS,
    LipMotion,
    Thresholds,
    Utterances,
    thresholds_for,
)
from ..reading.visibility import State, Visibility
from ..sources.bgr import as_bgr
from ..sources.frame import Frame
from ..system.opencv import cv2

QUALITY: Final = 95
"""Of the JPEG as which a picture waits: ten seconds of a large camera's plain pictures are more
than a small device has room for, and what is lost is less than the video loses."""


@dataclass(frozen=True, eq=False)
class Seen:
    """One picture of a take, and what was found in it."""

    time: float
    """Seconds, the frame's."""
    size: tuple[int, int]
    """Width and height of the picture, pixels."""
    picture: np.ndarray | None
    """The picture as a JPEG, (N,) uint8; None where no pictures are kept."""
    crop: Crop | None
    """None without a face."""
    state: State
    """Whether the face can be read."""
    speed: float
    """Of the lips (see `LipMotion`); that of the last one seen where there is no face."""
    speaking: bool
    """Whether an utterance goes on."""
    dropped: int
    """Pictures before this one that nobody had time for."""


@dataclass(frozen=True, eq=False)
class Take:
    """What was recorded at one go."""

    seen: tuple[Seen, ...]
    """At least one."""
    prompted: float | None
    """When the person was told to speak, in the time of the frames; None for recordings, which
    nobody is told anything."""
    thresholds: Thresholds
    """Of the speeds in `seen`."""
    source: str
    """Name of the source."""

    def around_speech(self) -> "Take":
        """The same without what was seen long before the lips moved, as a reader that follows a
        camera has an utterance; all of it where they did not."""
        begin = next((one.time for one in self.seen if one.speaking), self.seen[0].time)
        kept = tuple(one for one in self.seen if one.time >= begin - LONGEST_LEAD_SECONDS)
        return replace(self, seen=kept)

    @property
    def crops(self) -> list[Crop]:
        """Those of the pictures with a face."""
        return [one.crop for one in self.seen if one.crop is not None]

    @property
    def seconds(self) -> float:
        """From the first picture to the last."""
        return self.seen[-1].time - self.seen[0].time

    @property
    def fps(self) -> float:
        """Pictures a second as the source took them, those that were dropped counted; 0 where one
        picture is all there is. To two digits: what a video file can say."""
        gaps = len(self.seen) - 1 + sum(one.dropped for one in self.seen[1:])
        return round(gaps / self.seconds, 2) if self.seconds > 0 else 0.0


class Watcher:
    """Follows one stream of pictures, take after take."""

    def __init__(self, tracker: Tracker, geometry: CropGeometry, pictures: bool = True) -> None:
        """Look for crops of `geometry`; without `pictures` none of a face is kept."""
        self._mouth = Mouth(tracker, geometry)
        self._pictures = pictures
        self.reset()

    def reset(self) -> None:
        """The pictures to come are of another stream, or not connected to those before."""
        self._mouth.reset()
        self._visibility = Visibility()
        self._motion = LipMotion()
        self._utterances: Utterances | None = None
        self._speed = 0.0
        self.thresholds = LIPS
        """Of the speeds."""

    def watch(self, frame: Frame) -> Seen:
        """What is in `frame`; raises SourceError for an image that is none (see `as_bgr`)."""
        frame = as_bgr(frame)
        crop = self._mouth.watch(frame)
        self._visibility.watch(crop, frame.time)
        speaking = False
        if crop is not None:
            if self._utterances is None or crop.first:
                self._motion = LipMotion()
                self.thresholds = thresholds_for(crop)
                self._utterances = Utterances(self.thresholds)
            self._speed = self._motion.watch(crop)
            speaking = self._utterances.watch(self._speed, crop.time)
        height, width = frame.image.shape[:2]
        return Seen(
            frame.time,
            (width, height),
            _packed(frame.image) if self._pictures else None,
            crop,
            self._visibility.state,
            self._speed,
            speaking,
            frame.dropped,
        )


def _packed(image: np.ndarray) -> np.ndarray:
    there, packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not there:
        raise EdgeLipError("this OpenCV writes no JPEG: install opencv-python-headless")
    taken: np.ndarray = packed.ravel()
    return taken
