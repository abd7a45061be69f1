"""A recorded source as fast as it was recorded, as if a camera saw it now."""

import time
from collections.abc import Callable, Iterator

from .frame import Frame, Source


class Paced:
    """The frames of a source, each not before its time has come."""

    live = True

    def __init__(
        self,
        source: Source,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take over `source`."""
        self.name = source.name
        self._source = source
        self._clock, self._sleep = clock, sleep

    def __iter__(self) -> Iterator[Frame]:
        """Give the frames: the first at once, every other as long after it as it was recorded."""
        start: float | None = None
        for frame in self._source:
            now = self._clock()
            if start is None:
                start = now - frame.time
            self._sleep(max(0.0, start + frame.time - now))
            yield frame

    def close(self) -> None:
        """Close the source."""
        self._source.close()
