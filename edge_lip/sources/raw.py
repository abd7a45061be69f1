"""Pixels alone, one frame after the other, from standard input, a pipe or a file."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from ..errors import SourceError, UsageError
from ..system.opencv import cv2
from ..system.specs import WHETHER, number, one_of, parse, size
from .checked import checked
from .frame import Closing, Frame
from .stdin import check_stdin
from .timestamps import Arrival


@dataclass(frozen=True)
class Layout:
    """How the pixels of a frame lie in memory."""

    rows: float
    """Rows of memory for each row of the picture."""
    channels: int
    """Bytes from one pixel to the next in such a row."""
    conversion: int | None
    """To BGR, by OpenCV's `cvtColor`."""
    even: bool = False
    """Whether width and height have to be."""

    def shape(self, width: int, height: int) -> tuple[int, ...]:
        """Of the array of a frame."""
        return (round(self.rows * height), width, self.channels)


LAYOUTS = {
    "bgr24": Layout(1, 3, None),
    "rgb24": Layout(1, 3, cv2.COLOR_RGB2BGR),
    "gray": Layout(1, 1, cv2.COLOR_GRAY2BGR),
    "yuv420p": Layout(1.5, 1, cv2.COLOR_YUV2BGR_I420, even=True),
    "nv12": Layout(1.5, 1, cv2.COLOR_YUV2BGR_NV12, even=True),
    "yuyv422": Layout(1, 2, cv2.COLOR_YUV2BGR_YUYV, even=True),
}
"""By the names that FFmpeg gives them."""
KEYS = {
    "size": size(16, 8192),
    "format": one_of(LAYOUTS),
    "fps": number(1, 1000),
    "live": WHETHER,
}

_log = logging.getLogger(__name__)


class Raw(Closing):
    """Frames of which only the user knows size, layout and rate."""

    def __init__(self, spec: str, clock: Callable[[], float] = time.monotonic):
        """Take `-` or a path, with `?size=WxH[&format=bgr24&fps=25&live=1]`. `live`: frames come as
        they happen, and are timed so instead of at `fps`.

        Raises `UsageError` without a size, `SourceError` for a path that can't be opened.
        """
        path, settings = parse(spec, KEYS, "a raw source")
        if "size" not in settings:
            raise UsageError(f"raw:{spec} lacks its size: raw:{path}?size=640x480&format=bgr24")
        self.name = f"raw:{path}"
        self.live = settings.get("live", False)
        self._fps = settings.get("fps", 25.0)
        self._layout: Layout = settings.get("format", LAYOUTS["bgr24"])
        self._shape = self._layout.shape(*settings["size"])
        if self._layout.even and any(side % 2 for side in settings["size"]):
            raise UsageError(f"raw:{spec}: frames of this format have an even width and height")
        self._clock = clock
        self._file = _open(path)

    def __iter__(self) -> Iterator[Frame]:
        """Give the whole frames; raises `SourceError` when there is not a single one, and of a
        recording what `checked` does."""
        return self._read() if self.live else checked(self._read(), self.name)

    def close(self) -> None:
        """Close the file; standard input stays open for others."""
        self._file.close()

    def _read(self) -> Iterator[Frame]:
        arrival = Arrival(self._clock, self._fps)
        index = 0
        while True:
            pixels = np.empty(self._shape, np.uint8)
            count = _fill(self._file, pixels.data.cast("B"))
            if count < pixels.size:
                break
            conversion = self._layout.conversion
            image = pixels if conversion is None else cv2.cvtColor(pixels, conversion)
            yield Frame(image, arrival.tick() if self.live else index / self._fps)
            index += 1
        if not index:
            raise SourceError(f"{self.name} has no whole frame: {_cut(count, pixels.size)}")
        if count:
            _log.warning("%s ends within a frame: %s", self.name, _cut(count, pixels.size))


def _open(path: str) -> IO[bytes]:
    # Unbuffered: a buffer's lock, held by a thread that waits, is the end of Python when it exits.
    if path == "-":
        check_stdin()
        return open(0, "rb", buffering=0, closefd=False)
    try:
        return Path(path).open("rb", buffering=0)
    except OSError as error:
        raise SourceError(f"raw:{path} can't be read: {error.strerror}") from error


def _cut(count: int, size: int) -> str:
    return f"{count} of {size} bytes, so it is cut short, or of another size or format"


def _fill(file: IO[bytes], buffer: memoryview) -> int:
    """Read until `buffer` is full or `file` ends; gives how many bytes that are."""
    count = 0
    while count < len(buffer) and (read := file.readinto(buffer[count:])):  # type: ignore[attr-defined]
        count += read
    return count
