"""A camera, through OpenCV."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from ..errors import SourceError
from ..opencv import cv2
from .frame import Frame


class Camera:
    """The frames of a camera as they come, timed by the monotonic clock."""

    live = True

    def __init__(self, number: str):
        """Open camera `number`, "0" being the first; raises `SourceError` saying why it can't."""
        if not number.isdecimal():
            raise SourceError(f"camera:{number} is no camera: give a number such as camera:0")
        self.name = f"camera:{number}"
        self._capture = cv2.VideoCapture(int(number))
        if not self._capture.isOpened():
            raise SourceError(f"camera {number} can't be opened: {_reason(number)}")
        # Frames that wait in a queue are old when they are read.
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)

    def __iter__(self) -> Iterator[Frame]:
        """Give frames without end; raises `SourceError` when the camera stops giving any."""
        start = time.monotonic()
        while True:
            there, image = self._capture.read()
            if not there:
                raise SourceError(f"{self.name} gives no more pictures: is it still plugged in?")
            yield Frame(image, time.monotonic() - start)

    def close(self) -> None:
        """Hand the camera back."""
        self._capture.release()


def _reason(number: str) -> str:
    if not sys.platform.startswith("linux"):
        return "check that it is plugged in, free, and that this program may use it"
    device = Path(f"/dev/video{number}")
    if not device.exists():
        others = sorted(path.name for path in Path("/dev").glob("video[0-9]*"))
        return f"there is no {device} (here: {', '.join(others) or 'no camera at all'})"
    if not os.access(device, os.R_OK | os.W_OK):
        return f"no permission for {device}: add yourself to its group (often 'video')"
    return f"{device} is in use by another program, or no capture device"
