"""Which character may follow which, when only some words may be spelled: a trie as a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import UsageError
from .tokens import BLANK, CHARACTERS, encode

ROOT = 0
CLOSED = -1


@dataclass(frozen=True)
class Lexicon:
    """Nodes of a trie: `next` (N, C) is the node a token leads to, or CLOSED.

    `accepts` (N,) is whether a text may end there: between words or at the end of one.
    """

    next: np.ndarray
    accepts: np.ndarray


def anything(tokens: Sequence[str] = CHARACTERS) -> Lexicon:
    """The lexicon that has every word."""
    table = np.full((1, len(tokens)), ROOT)
    table[:, BLANK] = CLOSED
    return Lexicon(table, np.array([True]))


def lexicon(words: Iterable[str], tokens: Sequence[str] = CHARACTERS) -> Lexicon:
    """The lexicon of `words`, separated by spaces.

    Raises UsageError when there are none, or one can't be spelled with `tokens`.
    """
    table = [[CLOSED] * len(tokens)]
    ends = {ROOT}
    for word in words:
        node = ROOT
        for label in encode(word, tokens):
            if table[node][label] == CLOSED:
                table[node][label] = len(table)
                table.append([CLOSED] * len(tokens))
            node = table[node][label]
        ends.add(node)
    if len(table) == 1:
        raise UsageError("a lexicon needs at least one word")
    accepts = np.isin(np.arange(len(table)), list(ends))
    nodes = np.array(table)
    if " " in tokens:
        nodes[accepts, tokens.index(" ")] = ROOT
    return Lexicon(nodes, accepts)
