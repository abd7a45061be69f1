"""Buttons between a pin of a Raspberry Pi and ground."""

import warnings
from typing import TYPE_CHECKING

from ..errors import TriggerError, UsageError

if TYPE_CHECKING:
    from gpiozero import Button


def open_button(pin: str, install: str) -> "Button":
    """The button at `pin`, by its number on the chip (GPIO17 is 17) or as gpiozero names it.

    Raises `UsageError` for what is no pin, `TriggerError` where there are none; `install` is the
    call that installs what it needs.
    """
    try:
        import gpiozero
    except ImportError as error:
        raise TriggerError(f"gpio needs gpiozero: {install}") from error
    try:
        with warnings.catch_warnings(action="ignore"):  # of each library for pins it has not
            return gpiozero.Button(int(pin) if pin.isdecimal() else pin, bounce_time=None)
    except gpiozero.PinInvalidPin as error:
        raise UsageError(f"{pin} is no pin of this board: {error}") from error
    except (gpiozero.GPIOZeroError, OSError) as error:
        raise TriggerError(
            f"the pin {pin} can't be read ({error}): it takes a Raspberry Pi with lgpio, "
            "and a user of the group gpio"
        ) from error
