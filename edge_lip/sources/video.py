"""Video files, through OpenCV."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import SourceError
from ..system.opencv import cv2
from .frame import Closing, Frame

VIDEO_SUFFIXES = (".mp4", ".mpg", ".mpeg", ".avi", ".mov", ".mkv", ".webm", ".m4v")
"""What counts as a clip inside a folder; a file named directly may be called anything."""

DEFAULT_FPS = 25.0
"""For containers that do not know their own."""


class Video(Closing):
    """The frames of a video file; of a file cut short, those that are there."""

    live = False

    def __init__(self, path: Path):
        """Open the file; raises `SourceError` when it is no video."""
        self.name = str(path)
        self._capture = cv2.VideoCapture(str(path))
        if not self._capture.isOpened():
            raise SourceError(f"{path} can't be read as a video: damaged, cut short or not one")

    def __iter__(self) -> Iterator[Frame]:
        """Give the frames; raises `SourceError` when there is not a single one."""
        return recorded(self._capture, self.name)

    def close(self) -> None:
        """Close the file."""
        self._capture.release()


def recorded(capture: Any, name: str, fps: float | None = None) -> Iterator[Frame]:
    """Give the frames of an open `cv2.VideoCapture`, at the times its container claims or at `fps`;
    raises `SourceError` when there is not a single one."""
    clock = Clock(fps or capture.get(cv2.CAP_PROP_FPS))
    empty = True
    while True:
        there, image = capture.read()
        if not there:
            break
        empty = False
        claimed = 0.0 if fps else capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        yield Frame(image, clock.tick(claimed))
    if empty:
        raise SourceError(f"{name} has no picture in it that can be decoded")


class Clock:
    """Times that always grow, whatever the container claims.

    A container is believed as long as its time moves forward; where it stands still, jumps back or
    is missing (raw streams, broken muxers), the frame rate carries on from the last good time.
    """

    def __init__(self, fps: float):
        """`fps` as the container gives it; replaced when impossible."""
        self._period = 1 / (fps if 1 <= fps <= 1000 else DEFAULT_FPS)
        self._last: float | None = None

    def tick(self, claimed: float) -> float:
        """Turn the time the container claims for the next frame into one to rely on (seconds)."""
        if self._last is None:
            self._last = claimed if claimed > 0 else 0.0
        else:
            self._last = claimed if claimed > self._last else self._last + self._period
        return self._last
