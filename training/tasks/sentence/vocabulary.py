"""What a network can say: characters for CTC, words for the frame-wise head."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from edge_lip.errors import DataError
from edge_lip.text.classes import Classes

BLANK = ""
LETTERS = " abcdefghijklmnopqrstuvwxyz'"
"""Every character a text may hold; a vocabulary keeps those that its texts use."""


@dataclass(frozen=True)
class Vocabulary:
    """The classes of both heads."""

    tokens: tuple[str, ...]
    """Class 0 is CTC's blank."""
    words: tuple[str, ...]
    """Word k is class k + 1 of the frame-wise head; class 0 is silence."""

    @property
    def classes(self) -> Classes:
        """The same for a manifest."""
        return Classes(self.tokens, self.words)

    def spell(self, text: str) -> np.ndarray:
        """(L,) int32: the classes of the characters of `text`. Raises DataError for a stranger."""
        try:
            return np.array([self.tokens.index(c) for c in text], np.int32)
        except ValueError:
            raise DataError(f"{text!r} has a character that is not among {self.tokens}") from None

    def frame_class(self, word: str | None) -> int:
        """The frame-wise class of a word, or of silence (None)."""
        return 0 if word is None else self.words.index(word) + 1


def strange(text: str) -> list[str]:
    """The characters of `text` that are none of `LETTERS`."""
    return sorted(set(text) - set(LETTERS))


def collect(texts: Iterable[str]) -> Vocabulary:
    """The vocabulary of a set of texts. Raises DataError for characters outside `LETTERS`."""
    texts = list(texts)
    used = set("".join(texts))
    for text in texts:
        if found := strange(text):
            raise DataError(
                f"texts may hold a-z, ' and spaces; found {' '.join(map(repr, found))} in {text!r}"
            )
    words = sorted({word for text in texts for word in text.split()})
    return Vocabulary((BLANK, *(c for c in LETTERS if c in used)), tuple(words))
