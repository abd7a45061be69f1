"""Push to talk, with a button between a pin of a Raspberry Pi and ground: as long as it is held."""

import warnings

from ...errors import TriggerError, UsageError
from ...mouth.mouth import Crop
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
        try:
            import gpiozero
        except ImportError as error:
            raise TriggerError(f"gpio needs gpiozero: {TRIGGERS['gpio'].install}") from error
        pin = int(spec) if spec.isdecimal() else spec
        try:
            with warnings.catch_warnings(action="ignore"):  # of each library for pins it has not
                self._button = gpiozero.Button(pin, bounce_time=None)
        except gpiozero.PinInvalidPin as error:
            raise UsageError(f"{spec} is no pin of this board: {error}") from error
        except (gpiozero.GPIOZeroError, OSError) as error:
            raise TriggerError(
                f"the pin {spec} can't be read ({error}): it takes a Raspberry Pi with lgpio, "
                "and a user of the group gpio"
            ) from error

    def speaks(self, crop: Crop) -> bool:
        """Whether the button is held."""
        return bool(self._button.is_pressed)

    def reset(self) -> None:
        """A button that is held stays so."""

    def close(self) -> None:
        """Free the pin."""
        self._button.close()
