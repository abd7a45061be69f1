"""What says when an utterance begins and ends."""

from typing import Protocol

from ...errors import UsageError
from ...mouth.mouth import Crop


class Trigger(Protocol):
    """Is asked at each crop of a stream."""

    lead: float
    """Seconds before it says that an utterance begins which belong to it."""

    asked: bool
    """Whether somebody asks to be read, and has to be told that nothing was understood."""

    def speaks(self, crop: Crop) -> bool:
        """Whether at the time of `crop` an utterance is going on."""

    def reset(self) -> None:
        """What comes is not connected to what came."""

    def close(self) -> None:
        """Let go of what it listens to."""


def check_plain(spec: str) -> None:
    """Raise `UsageError` where something stands behind a trigger's name that takes nothing."""
    if spec:
        raise UsageError(f"auto and always take no {spec!r}")
