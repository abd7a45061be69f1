"""A recorded stream as fast as it was recorded, for those who watch it being read."""

import time
from collections.abc import Callable

from .observation import Observation


class Pace:
    """An observer that waits until the time of each frame has come; live ones come in time."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._start = 0.0
        """When the stream's time was 0."""
        self._last: float | None = None

    def __call__(self, observation: Observation) -> None:
        """Wait, unless the frame is late; time that does not move on begins another stream."""
        if observation.live:
            return
        now, frame_time = self._clock(), observation.frame.time
        if self._last is None or frame_time <= self._last:
            self._start = now - frame_time
        self._last = frame_time
        self._sleep(max(0.0, self._start + frame_time - now))
