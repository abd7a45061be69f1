"""Video files, and whatever else was recorded before it is read."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

from ..errors import SourceError
from .checked import checked
from .ffmpeg import Film, open_film, unshown
from .frame import Closing, Frame

VIDEO_SUFFIXES = (
    *(".mp4", ".mpg", ".mpeg", ".avi", ".mov", ".mkv", ".webm", ".m4v", ".mts", ".m2ts", ".ts"),
    *(".vob", ".dv", ".mxf", ".wmv", ".flv", ".3gp", ".ogv", ".y4m", ".h264", ".hevc", ".mjpeg"),
)
"""What counts as a clip inside a folder; a file named directly may be called anything."""

DEFAULT_FPS = 25.0
"""For containers that do not know their own."""

_log = logging.getLogger(__name__)


class Video(Closing):
    """The frames of a video file; of a file cut short, those that are there."""

    live = False

    def __init__(self, path: Path, fps: float | None = None):
        """Open the file, to be played at `fps` instead of at its own times; raises `SourceError`
        when it is no video."""
        self.name = str(path)
        self._fps = fps
        try:
            # What stands before a colon in a relative path is a protocol to FFmpeg.
            self._film = open_film(f"file:{os.path.abspath(path)}")
        except SourceError as error:
            raise SourceError(
                f"{path} can't be read as a video: damaged, cut short or not one{_why(error)}"
            ) from error

    def __iter__(self) -> Iterator[Frame]:
        """Give the frames; raises `SourceError` when there is not a single one, or but one and the
        same."""
        return recorded(self._film, self.name, self._fps)

    def close(self) -> None:
        """Close the file."""
        self._film.close()


def recorded(film: Film, name: str, fps: float | None = None) -> Iterator[Frame]:
    """Give the frames of a film that was recorded, at the times it claims or at `fps`; raises
    `SourceError` when there is not a single one, and what `checked` does."""
    return checked(_timed(film, name, fps), name, unshown(film))


def _timed(film: Film, name: str, fps: float | None) -> Iterator[Frame]:
    clock = Clock(fps or film.fps)
    empty = True
    for image, time in film:
        empty = False
        yield Frame(image, clock.tick(0.0 if fps else time))
    if empty:
        raise SourceError(f"{name} has no picture in it that can be decoded{_why(film.trouble)}")
    if film.trouble:
        _log.warning("%s is damaged or cut short%s", name, _why(film.trouble))


def _why(reason: object) -> str:
    return f" ({reason})" if str(reason) else ""


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
