"""A stream from an address that the user gives; the one connection that is opened."""

import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from ..errors import SourceError
from ..system.opencv import cv2
from .frame import Closing, Frame
from .timestamps import arriving
from .video import recorded

SCHEMES = ("rtsp", "rtsps", "http", "https", "rtmp", "tcp", "udp", "srt")
"""Of FFmpeg's protocols those that bring video over a network."""
OPEN_MS = 5000
READ_MS = 3000
"""How long the other side may be silent."""


class Url(Closing):
    """What FFmpeg reads from a URL: a stream as it comes, or a recorded file."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic):
        """Connect; raises `SourceError` when nothing answers or it is no video."""
        self.name = without_password(url)
        self._clock = clock
        parameters = {
            cv2.CAP_PROP_OPEN_TIMEOUT_MSEC: OPEN_MS,
            cv2.CAP_PROP_READ_TIMEOUT_MSEC: READ_MS,
            # Each thread more holds back a frame.
            cv2.CAP_PROP_N_THREADS: 1,
        }
        flat = [value for pair in parameters.items() for value in pair]
        self._capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG, flat)
        if not self._capture.isOpened():
            raise SourceError(
                f"{self.name} can't be read: nothing answers there, or it is no video that "
                "FFmpeg knows"
            )
        # Only what has an end knows how many frames it has.
        self.live = self._capture.get(cv2.CAP_PROP_FRAME_COUNT) <= 0

    def __iter__(self) -> Iterator[Frame]:
        """Give the frames; raises `SourceError` when a stream breaks off."""
        if not self.live:
            yield from recorded(self._capture, self.name)
            return
        fps = self._capture.get(cv2.CAP_PROP_FPS)
        yield from arriving(self._capture, self._clock, fps)
        raise SourceError(f"{self.name} gives no more pictures")

    def close(self) -> None:
        """Hang up."""
        self._capture.release()


def is_url(spec: str) -> bool:
    """Whether `spec` is an address of a kind that can be read."""
    scheme, separator, _ = spec.partition("://")
    return bool(separator) and scheme.lower() in SCHEMES


def without_password(url: str) -> str:
    """`url` as it may be shown and logged."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
