"""Texts typed into whatever window has the focus, by a keyboard that Linux' uinput makes."""

import string
from math import inf
from typing import Any

from ..errors import SinkError
from ..events import Event
from ..system.specs import one_of, parse
from . import OUTPUTS
from .queued import FINALS

SHIFT = "KEY_LEFTSHIFT"
PLAIN = {
    **{letter: f"KEY_{letter.upper()}" for letter in string.ascii_lowercase},
    **{digit: f"KEY_{digit}" for digit in string.digits},
    " ": "KEY_SPACE",
    "'": "KEY_APOSTROPHE",
    "-": "KEY_MINUS",
    ",": "KEY_COMMA",
    ".": "KEY_DOT",
}
SHIFTED = {
    **{letter: f"KEY_{letter}" for letter in string.ascii_uppercase},
    "?": "KEY_SLASH",
    "!": "KEY_1",
}
"""The keys of a US keyboard by their names in Linux' input-event-codes.h."""
ENTER = "KEY_ENTER"
KEYS = {"then": one_of({"space": PLAIN[" "], "enter": ENTER, "nothing": None})}


class Keyboard:
    """Types each text, and a key after it."""

    name = "keyboard"
    takes = FINALS
    acts = True
    keep = 100
    expires = inf

    def __init__(self, spec: str) -> None:
        """Take `[?then=space|enter|nothing]`, the key after a text.

        Raises `SinkError` without evdev or without permission.
        """
        _, settings = parse(spec, KEYS, "a keyboard")
        self._then: str | None = settings.get("then", PLAIN[" "])
        try:
            import evdev
        except ImportError as error:
            raise SinkError(
                f"keyboard needs the package evdev: {OUTPUTS['keyboard'].install}, or sudo apt "
                "install python3-evdev for an environment with --system-site-packages"
            ) from error
        self._codes = evdev.ecodes
        keys = sorted({*PLAIN.values(), *SHIFTED.values(), ENTER, SHIFT})
        capabilities = {self._codes.EV_KEY: [self._code(key) for key in keys]}
        try:
            self._device: Any = evdev.UInput(capabilities, name="edge-lip")
        except (evdev.UInputError, OSError) as error:
            raise SinkError(
                f"keyboard can't be made: {error}; sudo modprobe uinput makes /dev/uinput, and a "
                'udev rule, KERNEL=="uinput", GROUP="input", MODE="0660", lets the group input '
                "write to it (docs/outputs.md)"
            ) from error

    def deliver(self, event: Event, deadline: float) -> None:
        """See `Output.deliver`; raises `SinkError` when a character was left out."""
        without = [char for char in event.text if char not in PLAIN and char not in SHIFTED]
        for char in event.text:
            if char in PLAIN:
                self._press(PLAIN[char])
            elif char in SHIFTED:
                self._press(SHIFT, SHIFTED[char])
        if self._then:
            self._press(self._then)
        if without:
            raise SinkError(f"has no key for '{without[0]}', which is left out")

    def close(self) -> None:
        """Unplug it."""
        self._device.close()

    def _press(self, *keys: str) -> None:
        """Press `keys` one after the other, and let go of them."""
        for value, order in ((1, keys), (0, keys[::-1])):
            for key in order:
                self._device.write(self._codes.EV_KEY, self._code(key), value)
                self._device.syn()

    def _code(self, key: str) -> int:
        code: int = getattr(self._codes, key)
        return code
