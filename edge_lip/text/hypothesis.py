"""What a decoder gives: a text, how sure it is, where each word lies, what else it could be."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["said", "rejected", "silent"]


@dataclass(frozen=True)
class Choice:
    """One of the texts, or words, it could be, and the confidence (0..1) that it is."""

    text: str
    confidence: float


@dataclass(frozen=True)
class Word:
    """One word of a text: its confidence (0..1) and the frames [start, end) it was spelled in."""

    text: str
    confidence: float
    start: int
    end: int
    choices: tuple[Choice, ...] = ()
    """Words that may stand in this place, likeliest first, where a grammar knows them."""


@dataclass(frozen=True)
class Hypothesis:
    """A text, the confidence (0..1) of the whole of it, and its words in order.

    Where the text is one of a fixed list, `choices` are all of that list, likeliest first.
    """

    text: str
    confidence: float
    words: tuple[Word, ...] = ()
    choices: tuple[Choice, ...] = ()
    verdict: Verdict = "said"
    """`rejected`: not sure enough to go by, without text and words; `silent`: no word was seen."""


NOTHING = Hypothesis("", 0.0)
