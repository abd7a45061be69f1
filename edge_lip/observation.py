"""What the reader saw in a frame, for those who look on while it reads."""

from collections.abc import Callable
from dataclasses import dataclass

from .mouth import Crop
from .sources import Frame


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
