"""A recorded source as fast as it was recorded, as if a camera saw it now."""

import time
from collections.abc import Callable, Iterator

from .frame import Frame, Source


class Schedule:
    """Lets the time between frames pass."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._start = 0.0
        """When the stream's time was 0."""
        self._last: float | None = None

    def keep(self, frame_time: float) -> None:
        """Wait until a frame's time has come, unless it is late; the first has come already, and
        so has one whose time has not moved on: it begins another stream."""
        now = self._clock()
        if self._last is None or frame_time <= self._last:
            self._start = now - frame_time
        self._last = frame_time
        self._sleep(max(0.0, self._start + frame_time - now))


class Paced:
    """The frames of a source, each not before its time has come."""

    live = True

    def __init__(self, source: Source, schedule: Schedule | None = None) -> None:
        """Take over `source`."""
        self.name = source.name
        self._source = source
        self._schedule = schedule or Schedule()

    def __iter__(self) -> Iterator[Frame]:
        """Give the frames."""
        for frame in self._source:
            self._schedule.keep(frame.time)
            yield frame

    def close(self) -> None:
        """Close the source."""
        self._source.close()
