"""Buttons between pins of a Raspberry Pi and ground: one says yes, and perhaps another no."""

from contextlib import ExitStack

from ...errors import UsageError
from ...system.pins import open_button
from ..confirmation import Answer, Confirmation
from . import ANSWERS

MEANINGS: tuple[Answer, ...] = ("yes", "no")
"""Of the first pin, and of the second."""


class Gpio:
    """See `Answering`."""

    def __init__(self, spec: str, confirmation: Confirmation) -> None:
        """Listen to the pins `YES[,NO]`, as `--trigger gpio` names them; raises as `open_button`
        does."""
        pins = spec.split(",")
        if not all(pins) or len(set(pins)) < len(pins) or len(pins) > len(MEANINGS):
            raise UsageError("--confirm-by gpio:YES[,NO], such as gpio:5,6: the buttons' pins")
        self._buttons = ExitStack()
        try:
            for pin, meaning in zip(pins, MEANINGS, strict=False):
                button = open_button(pin, ANSWERS["gpio"].install)
                self._buttons.callback(button.close)
                button.when_pressed = lambda meaning=meaning: confirmation.answer(meaning)
        except Exception:
            self._buttons.close()
            raise

    def close(self) -> None:
        """Free the pins."""
        self._buttons.close()
