"""What a decoder gives: a text, how sure it is, where each word lies, what else it could be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["said", "rejected", "silent"]
LEAST, MOST = 0.001, 10
"""A word is told as a choice that is at least so likely, and so many of a place at most."""


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
    """Words that it could be instead, likeliest first, itself among them; of whole utterances."""


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


def likeliest(words: Mapping[str, float]) -> tuple[Choice, ...]:
    """The choices that there are for one place, of `words` and how likely each is."""
    there = [Choice(word, share) for word, share in words.items() if share >= LEAST]
    return tuple(sorted(there, key=lambda choice: -choice.confidence)[:MOST])
