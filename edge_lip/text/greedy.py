"""The quickest decoder: the best token of each frame (CTC best path)."""

import math
from collections.abc import Sequence
from itertools import groupby

import numpy as np

from . import ctc
from .hypothesis import NOTHING, Hypothesis
from .tokens import BLANK, CHARACTERS, decode


def greedy(log_probs: np.ndarray, tokens: Sequence[str] = CHARACTERS) -> Hypothesis:
    """The text of the best path through `log_probs` (T, C), class 0 being blank.

    The confidence is that text's CTC probability over all its alignments. Graves et al. 2006,
    section 3.2.
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
    return Hypothesis(decode(labels, tokens), confidence, words)
