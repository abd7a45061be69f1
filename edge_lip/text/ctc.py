"""Connectionist temporal classification of one known text: how likely it is, and where it lies.

Graves et al., "Connectionist temporal classification", 2006: every character may last several
frames, blanks may lie between any two, and must between two that are equal.
"""

import math
from collections.abc import Sequence
from itertools import groupby

import numpy as np

from .hypothesis import Word
from .tokens import BLANK
from .trellis import NEVER, Trellis, evidence, log_total, viterbi

Run = tuple[int, int]


def log_likelihood(log_probs: np.ndarray, labels: Sequence[int]) -> float:
    """log P(labels | frames): the sum over all alignments of `labels` to `log_probs` (T, C).

    Below trellis.IMPOSSIBLE when T is too short for them.
    """
    if len(log_probs) == 0:
        return NEVER if labels else 0.0
    graph, scores = _chain(log_probs, labels)
    return log_total(graph, scores)


def align(log_probs: np.ndarray, labels: Sequence[int]) -> list[Run]:
    """The frames [start, end) of each label in the best alignment to `log_probs` (T, C).

    `labels` must have an alignment: T frames are enough for them.
    """
    if not labels:
        return []
    graph, scores = _chain(log_probs, labels)
    path, _ = viterbi(graph, scores, graph.final)
    frames = [np.flatnonzero(path == 2 * i + 1) for i in range(len(labels))]
    return [(int(run[0]), int(run[-1]) + 1) for run in frames]


def words_of(
    log_probs: np.ndarray, labels: Sequence[int], runs: Sequence[Run], tokens: Sequence[str]
) -> tuple[Word, ...]:
    """The words that `labels` spell over the frames `runs`.

    The confidence of a word is the product of its characters' probabilities at their peaks.
    """
    words: list[Word] = []
    for places in word_places(labels, tokens):
        peaks = (float(log_probs[slice(*runs[n]), labels[n]].max()) for n in places)
        words.append(
            Word(
                "".join(tokens[labels[n]] for n in places),
                math.prod(math.exp(min(peak, 0.0)) for peak in peaks),
                runs[places[0]][0],
                runs[places[-1]][1],
            )
        )
    return tuple(words)


def word_places(labels: Sequence[int], tokens: Sequence[str]) -> list[list[int]]:
    """Which of `labels` each word is spelled by, between the spaces."""
    spaces = groupby(range(len(labels)), lambda n: tokens[labels[n]] == " ")
    return [list(places) for space, places in spaces if not space]


def _chain(log_probs: np.ndarray, labels: Sequence[int]) -> tuple[Trellis, np.ndarray]:
    """The states blank, label, blank, ..., label, blank and their scores (T, S)."""
    token = np.full(2 * len(labels) + 1, BLANK)
    token[1::2] = labels
    states = range(len(token))
    edges = [(s, s, 0.0) for s in states] + [(s, s + 1, 0.0) for s in states[:-1]]
    edges += [(s, s + 2, 0.0) for s in states[1:-2:2] if token[s] != token[s + 2]]
    graph = Trellis.build(len(token), edges, {s: 0.0 for s in states[:2]}, states[-2:])
    return graph, evidence(log_probs)[:, token]
