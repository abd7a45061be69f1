"""Buttons between a pin of a Raspberry Pi and ground."""

import tempfile
import warnings
from contextlib import chdir, suppress
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
    _import_lgpio()
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


def _import_lgpio() -> None:
    """What gpiozero then uses, where it is here. It makes a pipe in the working folder, which a
    service may not write to, and opens it by a name without a path: the folder is another one
    meanwhile."""
    with (
        suppress(ImportError, OSError),
        tempfile.TemporaryDirectory(prefix="edge-lip-pins-") as folder,
        chdir(folder),
    ):
        import lgpio  # noqa: F401
