"""Push to talk, on the terminal: the space bar begins an utterance and ends it.

A terminal tells of keys that go down, not of those that come up: so it is pressed twice.
"""

import os
import select
import sys

from ...errors import UsageError
from ...mouth.mouth import Crop
from ...system.streams import tell

KEYS = b" \n\r"
LEAD = 0.2
"""Seconds: a hand is a little later than the lips, about a reaction time."""
MOST = 1024
"""Bytes taken at a time: nobody types more between two frames."""


class Key:
    """See `Trigger`."""

    lead = LEAD
    asked = True

    def __init__(self, spec: str = "") -> None:
        """Listen to the terminal on standard input. Raises `UsageError` where there is none."""
        import termios
        import tty

        if spec:
            raise UsageError(f"--trigger key takes no {spec!r}: it is the space bar")
        if not sys.stdin.isatty():
            raise UsageError(
                "--trigger key needs a terminal on standard input: use gpio:PIN or auto"
            )
        self._terminal = sys.stdin.fileno()
        self._before = termios.tcgetattr(self._terminal)
        # Each key at once, unseen; Ctrl-C goes on to work.
        tty.setcbreak(self._terminal)
        self._down = False
        tell("the space bar begins and ends an utterance")

    def speaks(self, crop: Crop) -> bool:
        """Whether the key was pressed an odd number of times."""
        while select.select([self._terminal], [], [], 0)[0]:
            typed = os.read(self._terminal, MOST)
            if not typed:
                break
            self._down ^= sum(typed.count(key) for key in KEYS) % 2 == 1
        return self._down

    def reset(self) -> None:
        """A key that is down stays so."""

    def close(self) -> None:
        """Give the terminal back as it was."""
        import termios

        termios.tcsetattr(self._terminal, termios.TCSADRAIN, self._before)
