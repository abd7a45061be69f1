"""Phrases of one's own for when reading fails: kept in a file where there is one, else only until
the end."""

from collections.abc import Sequence
from pathlib import Path

from ..errors import DataError
from ..system.files import replacing
from ..system.identity import tidied
from ..system.textfile import read_lines

LONGEST = 200
"""Characters of a phrase."""
MOST = 200
"""Phrases; a page that is longer helps nobody."""
REMARK = "#"


def phrase_of(text: str) -> str | None:
    """The phrase that `text` is, as it may be said; None where it is none."""
    phrase = tidied(text)
    return phrase if phrase and len(phrase) <= LONGEST and phrase.isprintable() else None


class OwnPhrases:
    """Phrases in the order in which they came, each once."""

    def __init__(self, path: Path | None = None, more: Sequence[str] = ()) -> None:
        """Those in the text file `path`, a phrase a line, which need not be there yet, and behind
        them `more`, which are kept elsewhere. Raises `DataError` where it can't be read."""
        self._path = path
        there = path is not None and path.exists()
        self._lines = read_lines(path, DataError) if path and there else []
        found = [phrase_of(line) for line in self._lines if not line.startswith(REMARK)]
        self._texts = dict.fromkeys(phrase for phrase in (*found, *more) if phrase)

    @property
    def texts(self) -> list[str]:
        """All of them."""
        return list(self._texts)

    def add(self, text: str) -> bool:
        """Put a phrase at the end; whether it is one, and new. Raises `EdgeLipError` where it can't
        be written."""
        phrase = phrase_of(text)
        if phrase is None or phrase in self._texts or len(self._texts) >= MOST:
            return False
        self._write([*self._lines, phrase])
        self._texts[phrase] = None
        return True

    def remove(self, text: str) -> bool:
        """Take a phrase away; whether it was there. Raises `EdgeLipError` where that can't be
        written."""
        if text not in self._texts:
            return False
        rest = [line for line in self._lines if phrase_of(line) != text]
        if rest != self._lines:
            self._write(rest)
        del self._texts[text]
        return True

    def _write(self, lines: list[str]) -> None:
        if self._path is not None:
            with replacing(self._path) as temporary:
                temporary.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        self._lines = lines
