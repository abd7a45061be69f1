"""Events as lines of text."""

from pathlib import Path
from typing import TextIO

from ..events import Event
from ..system.streams import put

CLEAR_LINE = "\r\x1b[K"
REJECTED = "(not understood)"


class Terminal:
    """One line per utterance; on a screen, partial text grows in place."""

    def __init__(self, stream: TextIO, named: bool = False) -> None:
        """Write to `stream`, each line after its source's file name and a tab when `named`."""
        self._stream = stream
        self._named = named
        self._screen = stream.isatty()

    def __call__(self, event: Event) -> None:
        """Show `event`; what is not text is left to others to report."""
        if event.kind == "partial" and self._screen:
            put(self._stream, CLEAR_LINE + event.text)
        elif event.kind in ("final", "rejected"):
            text = event.text if event.kind == "final" else REJECTED
            name = f"{Path(event.source).name}\t" if self._named else ""
            put(self._stream, f"{CLEAR_LINE if self._screen else ''}{name}{text}\n")
