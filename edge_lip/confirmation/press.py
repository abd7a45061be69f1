"""A button that is held to speak; a short press of it confirms what waits."""

from ..mouth.mouth import Crop
from ..reading.triggers.trigger import Trigger
from .confirmation import Confirmation

SHORT = 0.4
"""Seconds: a press that is longer is held."""


class ShortPress:
    """See `Trigger`. Like any trigger it is asked at each crop: without a face, no press counts."""

    def __init__(self, trigger: Trigger, confirmation: Confirmation) -> None:
        """Take over `trigger`, which somebody holds."""
        self.lead = trigger.lead + SHORT
        self.asked = trigger.asked
        self._trigger = trigger
        self._confirmation = confirmation
        self._pressed: float | None = None
        self._may_confirm = False

    def speaks(self, crop: Crop) -> bool:
        """Whether the button is held; while a text waits, only once that is no short press."""
        if not self._trigger.speaks(crop):
            pressed, self._pressed = self._pressed, None
            if pressed is not None and self._may_confirm and crop.time - pressed <= SHORT:
                self._confirmation.answer("yes")
            return False
        if self._pressed is None:
            self._pressed = crop.time
            self._may_confirm = self._confirmation.waiting is not None
        return not self._may_confirm or crop.time - self._pressed > SHORT

    def reset(self) -> None:
        """A button that is held stays so."""
        self._trigger.reset()

    def close(self) -> None:
        """Let go of the button."""
        self._trigger.close()
