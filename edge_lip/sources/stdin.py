"""A video stream on standard input, in any form that says itself what it is."""

import os
import sys
import time
from collections.abc import Callable, Iterator

from ..errors import SourceError, UsageError
from ..system.opencv import cv2
from ..system.specs import WHETHER, number, parse
from .frame import Closing, Frame
from .timestamps import arriving
from .video import recorded

KEYS = {"fps": number(1, 1000), "live": WHETHER}
NAME = "standard input"


class StandardInput(Closing):
    """What FFmpeg makes of standard input: Y4M, JPEG pictures, H.264, Matroska, MPEG, ..."""

    name = NAME

    def __init__(self, spec: str, clock: Callable[[], float] = time.monotonic):
        """Take `-[?fps=F&live=1]`. `live`: frames come as they happen, and are timed so. Else they
        are timed as the stream says, or at `fps`.

        Raises `SourceError` when there is no video.
        """
        _, settings = parse(spec, KEYS, NAME)
        check_stdin()
        self.live = settings.get("live", False)
        self._fps = settings.get("fps")
        self._clock = clock
        self._capture = cv2.VideoCapture("pipe:0", cv2.CAP_FFMPEG)
        if not self._capture.isOpened():
            raise SourceError(
                f"{NAME} has no video: it is empty, or of a form that does not say what "
                "it is; raw frames are read with --source 'raw:-?size=WxH&format=F&fps=N'"
            )

    def __iter__(self) -> Iterator[Frame]:
        """Give the frames; raises `SourceError` when there is not a single one."""
        if self.live:
            fps = self._fps or self._capture.get(cv2.CAP_PROP_FPS)
            return arriving(self._capture, self._clock, fps)
        return recorded(self._capture, NAME, self._fps)

    def close(self) -> None:
        """Read no more."""
        self._capture.release()


def check_stdin() -> None:
    """Raises `UsageError` where standard input is somebody's keyboard, or closed."""
    # Once closed, its number may be that of another file by now.
    if sys.stdin is None:
        raise UsageError(f"{NAME} is closed: pipe a video into it")
    if os.isatty(0):
        raise UsageError(
            f"{NAME} is a terminal: pipe a video into it, such as "
            "ffmpeg -i clip.mp4 -f yuv4mpegpipe - | edge-lip run --source -"
        )
