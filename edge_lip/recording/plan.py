"""What is to be recorded: the phrases of a file, takes of nothing, and the order of all of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..errors import DataError
from ..system.identity import folded, tidied
from ..system.say import Say
from ..system.textfile import read_lines

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
    """The phrases in the text file `path`, one a line, in its order, tidied.

    Empty lines and those that begin with # are passed over; a phrase that was there before, in
    whatever case, is told to `say` and passed over, and so is what is none. Raises DataError where
    the file can't be read or no phrase is in it.
    """
    phrases: dict[str, str] = {}
    for number, line in enumerate(read_lines(path, DataError), 1):
        phrase, known = tidied(line), folded(line)
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
