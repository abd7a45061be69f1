"""What is to be recorded: the phrases of a file, takes of nothing, and the order of all of them."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..errors import DataError

NOTHING: Final = "nothing"
"""What takes are called in which none of the phrases is said; folders of theirs, too."""
NOTHINGS: Final = (
    "yawn",
    "smile",
    "talk to somebody else",
    "look around",
    "chew",
    "rest your face",
)
"""What is asked for in their place, in turn: what a device sees of people who don't mean it."""
REMARK: Final = "#"
Say = Callable[[str], object]


@dataclass(frozen=True)
class Wanted:
    """One take that is to be recorded."""

    phrase: str
    """Its label: a phrase, or `NOTHING`."""
    asked: str
    """What the person is asked for: the phrase itself, or one of `NOTHINGS`."""
    number: int
    """Which take of the phrase it is, from 1."""

    @property
    def nothing(self) -> bool:
        """Whether it is a take in which no phrase is said."""
        return self.phrase == NOTHING


def read_phrases(path: Path, say: Say) -> list[str]:
    """The phrases in the text file `path`, one a line, in its order, their spaces made single.

    Empty lines and those that begin with # are passed over; a phrase that was there before, in
    whatever case, is told to `say` and passed over, and so is what is none. Raises DataError where
    the file can't be read or no phrase is in it.
    """
    try:
        lines = path.read_bytes().decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise DataError(f"{path} is not UTF-8 text: a phrase a line") from None
    except OSError as error:
        raise DataError(f"can't read the phrases in {path}: {error.strerror or error}") from None
    phrases: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        # Composed: what is typed on one system is to be the same folder on another.
        phrase = unicodedata.normalize("NFC", " ".join(line.split()))
        known = phrase.casefold()
        if not phrase or phrase.startswith(REMARK):
            continue
        if not phrase.isprintable():
            say(f"{path.name}:{number}: has a character that can't be shown: passed over")
        elif known == NOTHING:
            say(f"{path.name}:{number}: takes of nothing are asked for by --nothing: passed over")
        elif known in phrases:
            say(f"{path.name}:{number}: {phrase!r} is there twice: recorded once")
        else:
            phrases[known] = phrase
    if not phrases:
        raise DataError(f"no phrase in {path}: write one a line")
    return list(phrases.values())


def missing(
    phrases: Sequence[str], takes: int, nothing: int, there: Mapping[str, int]
) -> list[Wanted]:
    """What is still to be recorded of `takes` of each phrase and so many of `nothing`, where so
    many are `there` of each. Every phrase is said once before any is said again: takes that follow
    each other are more alike than those of another day."""

    def wanted() -> Iterator[Wanted]:
        for number in range(1, takes + 1):
            for phrase in phrases:
                if there.get(phrase, 0) < number:
                    yield Wanted(phrase, phrase, number)
        for number in range(there.get(NOTHING, 0) + 1, nothing + 1):
            yield Wanted(NOTHING, NOTHINGS[(number - 1) % len(NOTHINGS)], number)

    return list(wanted())
