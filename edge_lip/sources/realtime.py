"""A recorded source as fast as it was recorded, as if a camera saw it now."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from .frame import Closing, Frame, Source

LATE = 0.2
"""Seconds that a frame may come late. A camera has room for a few; what waits longer is lost."""


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

    def keep(self, frame_time: float) -> float:
        """Wait until a frame's time has come, unless it is late; the first has come already, and
        so has one whose time has not moved on: it begins another stream.

        Returns by how many seconds it is late.
        """
        now = self._clock()
        if self._last is None or frame_time <= self._last:
            self._start = now - frame_time
        self._last = frame_time
        early = self._start + frame_time - now
        self._sleep(max(0.0, early))
        return max(0.0, -early)


class Paced(Closing):
    """The frames of a source, each not before its time has come; those that are late are dropped,
    as by a camera."""

    live = True

    def __init__(self, source: Source, schedule: Schedule | None = None) -> None:
        """Take over `source`."""
        self.name = source.name
        self._source = source
        self._schedule = schedule or Schedule()

    def __iter__(self) -> Iterator[Frame]:
        """Give the frames."""
        dropped = 0
        for frame in self._source:
            if self._schedule.keep(frame.time) > LATE:
                dropped += 1
                continue
            yield replace(frame, dropped=dropped)
            dropped = 0

    def close(self) -> None:
        """Close the source."""
        self._source.close()
