"""When the frames of a live source were taken."""

from collections.abc import Callable, Iterator
from typing import Any

from ..opencv import cv2
from .frame import Frame

LATE = 1.0
"""Seconds by which a frame may come after the time its driver says it was taken."""
MISSES = 10
"""A camera that can't give so many frames one after the other is gone; one frame alone may be
damaged on its way."""


class Arrival:
    """Times from the start that always grow, of what a driver says or of when a frame comes.

    V4L2 and libcamera tell when a frame was taken by the clock that `time.monotonic` reads, which
    nobody sets. A driver that tells anything else (another clock, the time of day, nothing) is not
    believed: a frame then was taken when it came.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """Begin at what `clock` says now."""
        self._clock = clock
        self._start = clock()
        self._last = -1.0

    def tick(self, taken: float) -> float:
        """Time of a frame that has just come and that was taken at `taken` by its driver."""
        now = self._clock()
        time = (taken if 0 <= now - taken <= LATE else now) - self._start
        # From a driver's time to a frame's coming and back is a step of either sign.
        self._last = max(time, self._last + 1e-3, 0.0)
        return self._last


def arriving(capture: Any, clock: Callable[[], float]) -> Iterator[Frame]:
    """Give the frames of an open `cv2.VideoCapture` until it has no more."""
    arrival = Arrival(clock)
    misses = 0
    while misses < MISSES:
        there, image = capture.read()
        if there:
            misses = 0
            yield Frame(image, arrival.tick(capture.get(cv2.CAP_PROP_POS_MSEC) / 1000))
        else:
            misses += 1
