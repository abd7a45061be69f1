"""Push to talk, with a button between a pin of a Raspberry Pi and ground: as long as it is held."""

from ...errors import UsageError
from ...mouth.mouth import Crop
from ...system.pins import open_button
from . import TRIGGERS

LEAD = 0.2
"""Seconds: a hand is a little later than the lips, about a reaction time."""


class Gpio:
    """See `Trigger`."""

    lead = LEAD
    asked = True

    def __init__(self, spec: str) -> None:
        """Listen to the pin `spec`, by its number on the chip (GPIO17 is 17) or as gpiozero names
        it.

        Raises `UsageError` for what is no pin, `TriggerError` where there are none.
        """
        if not spec:
            raise UsageError("--trigger gpio:PIN, such as gpio:17: the button's pin")
        self._button = open_button(spec, TRIGGERS["gpio"].install)

    def speaks(self, crop: Crop) -> bool:
        """Whether the button is held."""
        return bool(self._button.is_pressed)

    def reset(self) -> None:
        """A button that is held stays so."""

    def close(self) -> None:
        """Free the pin."""
        self._button.close()
