"""A camera, through OpenCV: on Linux V4L2, which serves every USB camera (UVC)."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from ..errors import SourceError, UsageError
from ..system.opencv import cv2
from ..system.specs import SpecKey, number, parse, size
from .frame import Closing, Frame
from .timestamps import arriving

SIZE = (640, 480)
"""Every camera has it; at arm's length a face fills a good part of it."""
FPS = 30.0
FOURCC = "MJPG"
"""Fits through USB 2 at any size, beside other devices; a camera without it gives what it has."""


def _fourcc(code: str) -> int:
    if len(code) != 4:
        raise ValueError
    return cv2.VideoWriter.fourcc(*code)


KEYS = {
    "size": size(64, 8192),
    "fps": number(1, 1000),
    "format": SpecKey(_fourcc, "four letters such as MJPG or YUYV"),
}


class Camera(Closing):
    """The frames of a camera as they come, timed by its driver where that has a monotonic clock."""

    live = True

    def __init__(self, spec: str, clock: Callable[[], float] = time.monotonic):
        """Open `N` ("0" is the first) or `/dev/...`, with `?size=WxH&fps=F&format=FOURCC` if that
        is to be other than 640x480, 30 and MJPG; a camera that has no such mode takes its next.

        Raises `SourceError` saying why it can't be opened, `UsageError` for what names none.
        """
        device, settings = parse(spec, KEYS, "a camera")
        if not device.isdecimal() and not device.startswith("/dev/"):
            raise UsageError(
                f"camera:{spec} is no camera: give a number such as camera:0, a path such as "
                "camera:/dev/video0, or camera:csi; edge-lip cameras lists what is there"
            )
        self.name = f"camera:{device}"
        self._clock = clock
        backend = cv2.CAP_V4L2 if sys.platform.startswith("linux") else cv2.CAP_ANY
        self._capture = cv2.VideoCapture(int(device) if device.isdecimal() else device, backend)
        if not self._capture.isOpened():
            raise SourceError(f"camera {device} can't be opened: {_reason(device)}")
        width, height = settings.get("size", SIZE)
        # The format first: which sizes there are depends on it, and on those which rates.
        for prop, value in (
            (cv2.CAP_PROP_FOURCC, settings.get("format", _fourcc(FOURCC))),
            (cv2.CAP_PROP_FRAME_WIDTH, width),
            (cv2.CAP_PROP_FRAME_HEIGHT, height),
            (cv2.CAP_PROP_FPS, settings.get("fps", FPS)),
        ):
            self._capture.set(prop, value)

    def __iter__(self) -> Iterator[Frame]:
        """Give frames; raises `SourceError` when the camera has no more."""
        yield from arriving(self._capture, self._clock)
        raise SourceError(f"{self.name} gives no more pictures: is it still plugged in?")

    def close(self) -> None:
        """Hand the camera back."""
        self._capture.release()


def _reason(device: str) -> str:
    if not sys.platform.startswith("linux"):
        return "check that it is plugged in, free, and that this program may use it"
    path = Path(f"/dev/video{device}" if device.isdecimal() else device)
    if not path.exists():
        others = sorted(other.name for other in Path("/dev").glob("video[0-9]*"))
        return f"there is no {path} (here: {', '.join(others) or 'no camera at all'})"
    if not os.access(path, os.R_OK | os.W_OK):
        return f"no permission for {path}: sudo usermod -aG video $USER, then log in again"
    return f"{path} is in use by another program, or no capture device"
