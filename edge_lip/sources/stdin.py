"""A video stream on standard input, in any form that says itself what it is."""

import os
import sys
import time
from collections.abc import Callable, Iterator

from ..errors import SourceError, UsageError
from ..system.specs import WHETHER, number, parse
from .ffmpeg import open_film, untimed
from .frame import Closing, Frame
from .timestamps import as_they_come
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
        try:
            self._film = open_film("pipe:0")
        except SourceError as error:
            raise SourceError(
                f"{NAME} has no video: it is empty, or of a form that does not say what "
                "it is; raw frames are read with --source 'raw:-?size=WxH&format=F&fps=N'"
            ) from error

    def __iter__(self) -> Iterator[Frame]:
        """Give the frames; raises `SourceError` when there is not a single one."""
        if self.live:
            return as_they_come(untimed(self._film), self._clock, self._fps or self._film.fps)
        return recorded(self._film, NAME, self._fps)

    def close(self) -> None:
        """Read no more."""
        self._film.close()


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
