"""A stream from an address that the user gives; the one connection that is opened."""

import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from ..errors import SourceError, UsageError
from .ffmpeg import Film, Waiting, open_film, untimed
from .frame import Closing, Frame
from .timestamps import as_they_come
from .video import recorded

SCHEMES = ("rtsp", "rtsps", "http", "https", "rtmp", "tcp", "udp", "srt")
"""Of FFmpeg's protocols those that bring video over a network."""
OPEN_MS = 5000
READ_MS = 3000
"""How long the other side may be silent."""


class Url(Closing):
    """What FFmpeg reads from a URL: a stream as it comes, or a recorded file."""

    def __init__(
        self, url: str, clock: Callable[[], float] = time.monotonic, fps: float | None = None
    ):
        """Connect. `fps`: of a recorded file, instead of its own times.

        Raises `SourceError` when nothing answers or it is no video, `UsageError` for the `fps` of
        what is live.
        """
        self.name = without_password(url)
        self._clock = clock
        self._film = self._open(url)
        self.live = not self._film.ends
        if self.live and url.lower().startswith("http") and self._film.at_once():
            self.live = False
            self._film.close()
            self._film = self._open(url)
        if fps and self.live:
            self.close()
            raise UsageError(
                f"{self.name} is live: its pictures are timed as they come; leave out --fps"
            )
        self._fps = fps

    def __iter__(self) -> Iterator[Frame]:
        """Give the frames; raises `SourceError` when a stream breaks off."""
        if not self.live:
            yield from recorded(self._film, self.name, self._fps)
            return
        yield from as_they_come(untimed(self._film), self._clock, self._film.fps)
        raise SourceError(f"{self.name} gives no more pictures")

    def close(self) -> None:
        """Hang up."""
        self._film.close()

    def _open(self, url: str) -> Film:
        try:
            return open_film(url, Waiting(OPEN_MS / 1000, READ_MS / 1000))
        except SourceError as error:
            raise SourceError(
                f"{self.name} can't be read: nothing answers there, or it is no video that "
                "FFmpeg knows"
            ) from error


def is_url(spec: str) -> bool:
    """Whether `spec` is an address of a kind that can be read."""
    scheme, separator, _ = spec.partition("://")
    return bool(separator) and scheme.lower() in SCHEMES


def without_password(url: str) -> str:
    """`url` as it may be shown and logged."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
