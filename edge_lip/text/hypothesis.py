"""What a decoder gives: a text, how sure it is, and where each word lies."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Word:
    """One word of a text: its confidence (0..1) and the frames [start, end) it was spelled in."""

    text: str
    confidence: float
    start: int
    end: int


@dataclass(frozen=True)
class Hypothesis:
    """A text, the confidence (0..1) of the whole of it, and its words in order."""

    text: str
    confidence: float
    words: tuple[Word, ...] = ()


NOTHING = Hypothesis("", 0.0)
