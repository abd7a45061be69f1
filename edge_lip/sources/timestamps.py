"""When the frames of a live source were taken."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..system.opencv import cv2
from .frame import Frame, Picture

LATE = 1.0
"""Seconds by which a frame may come after the time its driver says it was taken."""
JITTER = 0.2
"""Seconds by which a frame of a steady stream may come late, and still be in its place."""
MISSES = 10
"""A camera that can't give so many frames one after the other is gone; one frame alone may be
damaged on its way."""


class Arrival:
    """Times from the start that always grow, of what a driver says or of when a frame comes.

    V4L2 and libcamera tell when a frame was taken by the clock that `time.monotonic` reads, which
    nobody sets. A driver that tells anything else (another clock, the time of day, nothing) is not
    believed: a frame then was taken when it came. Frames of a stream that says its rate lie a
    period apart on the line through those that came soonest in the last second: they come late
    when the machine is busy, and never early.
    """

    def __init__(self, clock: Callable[[], float], fps: float = 0.0) -> None:
        """Begin at what `clock` says now. `fps`: the stream's rate as far as it is known; one that
        is wrong does no harm but for its first frames."""
        self._clock = clock
        self._start = clock()
        self._last = -1.0
        self._period = 1 / fps if 1 <= fps <= 1000 else 0.0
        self._due = 0.0
        self._delays: deque[float] = deque(maxlen=round(fps) if self._period else 1)

    def tick(self, taken: float = 0.0) -> float:
        """Time of a frame that has just come and that was taken at `taken` by its driver."""
        now = self._clock()
        time = taken if 0 <= now - taken <= LATE else self._steady(now)
        # From a driver's time to a frame's coming and back is a step of either sign.
        self._last = max(time - self._start, self._last + 1e-3, 0.0)
        return self._last

    def _steady(self, now: float) -> float:
        self._due += self._period
        self._delays.append(now - self._due)
        return max(self._due + min(self._delays), now - JITTER)


def arriving(capture: Any, clock: Callable[[], float], fps: float = 0.0) -> Iterator[Frame]:
    """Give the frames of an open `cv2.VideoCapture` until it has no more; `fps` as in `Arrival`."""
    return as_they_come(captured(capture), clock, fps)


def as_they_come(
    pictures: Iterable[Picture], clock: Callable[[], float], fps: float = 0.0
) -> Iterator[Frame]:
    """Give live `pictures` as frames; `fps` as in `Arrival`."""
    arrival = Arrival(clock, fps)
    for image, taken in pictures:
        yield Frame(image, arrival.tick(taken))


def captured(capture: Any) -> Iterator[Picture]:
    """Give the pictures of an open `cv2.VideoCapture` until it has no more."""
    misses = 0
    while misses < MISSES:
        there, image = capture.read()
        if there:
            misses = 0
            yield Picture(image, capture.get(cv2.CAP_PROP_POS_MSEC) / 1000)
        else:
            misses += 1
