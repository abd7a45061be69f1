"""What the reader saw in a frame, for those who look on while it reads."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from ..mouth.mouth import Crop
from ..sources.frame import Frame
from ..sources.realtime import Schedule


@dataclass(frozen=True, eq=False)
class Observation:
    """One frame, and what the reader made of it."""

    source: str
    """Name of the source."""
    live: bool
    """Whether frames come as they happen."""
    frame: Frame
    crop: Crop | None
    """None without a face."""
    reading: bool
    """Whether an utterance goes on."""


Observer = Callable[[Observation], None]
"""Is called in the reader's thread: until it returns, nothing is read."""


class Pace:
    """An observer that plays a recorded stream as fast as it was recorded: it waits until the time
    of each frame has come; live ones come in time."""

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
