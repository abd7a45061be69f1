"""A recorded stream as fast as it was recorded, for those who watch it being read."""

import time
from collections.abc import Callable

from .observation import Observation
from .sources.paced import Schedule


class Pace:
    """An observer that waits until the time of each frame has come; live ones come in time."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._schedule = Schedule(clock, sleep)

    def __call__(self, observation: Observation) -> None:
        """Wait, unless the frame is late; time that does not move on begins another stream."""
        if not observation.live:
            self._schedule.keep(observation.frame.time)
