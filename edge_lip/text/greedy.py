"""The quickest decoder: the best token of each frame (CTC best path)."""

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np

from . import ctc
from .hypothesis import NOTHING, Choice, Hypothesis, likeliest
from .tokens import BLANK, CHARACTERS, decode


def greedy(
    log_probs: np.ndarray, tokens: Sequence[str] = CHARACTERS, partial: bool = False
) -> Hypothesis:
    """The text of the best path through `log_probs` (T, C), class 0 being blank.

    The confidence is that text's CTC probability over all its alignments. Graves et al. 2006,
    section 3.2. Unless `partial`, the choices of a word are those with one character another, or
    left out: the next best of its moment.
    """
    if len(log_probs) == 0:
        return NOTHING
    labels: list[int] = []
    runs: list[ctc.Run] = []
    start = 0
    for label, frames in groupby(log_probs.argmax(axis=1).tolist()):
        end = start + len(list(frames))
        if label != BLANK:
            labels.append(label)
            runs.append((start, end))
        start = end
    confidence = math.exp(min(ctc.log_likelihood(log_probs, labels), 0.0))
    words = ctc.words_of(log_probs, labels, runs, tokens)
    if not partial:
        places = ctc.word_places(labels, tokens)
        words = tuple(
            replace(word, choices=_choices(log_probs, labels, runs, tokens, letters))
            for word, letters in zip(words, places, strict=True)
        )
    return Hypothesis(decode(labels, tokens), confidence, words)


def _choices(
    log_probs: np.ndarray,
    labels: Sequence[int],
    runs: Sequence[ctc.Run],
    tokens: Sequence[str],
    letters: Sequence[int],
) -> tuple[Choice, ...]:
    """Of the word that `labels` spell at the places `letters`."""
    word = [tokens[labels[n]] for n in letters]
    peaks = []
    for n in letters:
        start, end = runs[n]
        peaks.append(log_probs[start + int(log_probs[start:end, labels[n]].argmax())])
    best = [float(peak[labels[n]]) for n, peak in zip(letters, peaks, strict=True)]
    found = {"".join(word): math.exp(min(sum(best), 0.0))}
    for place, peak in enumerate(peaks):
        for other, share in enumerate(peak.tolist()):
            text = "".join([*word[:place], tokens[other], *word[place + 1 :]])
            if text and tokens[other] != " ":
                likely = math.exp(min(sum(best) - best[place] + share, 0.0))
                found[text] = max(found.get(text, 0.0), likely)
    return likeliest(found)
