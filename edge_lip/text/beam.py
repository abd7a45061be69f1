"""CTC prefix beam search: the most probable texts, not only the most probable path.

Graves et al. 2006 (prefix search); Hannun et al., "First-pass large vocabulary continuous speech
recognition using bi-directional recurrent DNNs", 2014 (the beam).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from . import ctc
from .hypothesis import NOTHING, Choice, Hypothesis, likeliest
from .lexicon import ROOT, Lexicon, anything
from .tokens import BLANK, CHARACTERS, decode
from .trellis import IMPOSSIBLE, NEVER, evidence

EMPTY = 0


def beam(
    log_probs: np.ndarray,
    tokens: Sequence[str] = CHARACTERS,
    width: int = 16,
    lexicon: Lexicon | None = None,
    partial: bool = False,
    count: int | None = None,
) -> list[Hypothesis]:
    """The `count` (None: all that are left) best texts in `log_probs` (T, C), the best first.

    `width` prefixes are followed. The confidence is a text's CTC probability as far as its
    prefixes stayed in the beam. With a `lexicon` only its words are spelled, and a last word that
    is not finished rules a text out or, when `partial`, is left out of it. Unless `partial`, the
    choices of a word are those that texts of as many words have in its place, and their shares of
    these. When nothing is left, the one hypothesis is an empty text with confidence 0.
    """
    if len(log_probs) == 0:
        return [NOTHING]
    lexicon = lexicon or anything(tokens)
    space = tokens.index(" ") if " " in tokens else None
    texts: dict[str, tuple[float, list[int]]] = {}
    for labels, accepted, score in _search(log_probs, width, lexicon):
        if not accepted and not partial:
            continue
        while not accepted and labels and labels[-1] != space:
            labels = labels[:-1]
        text = decode(labels, tokens)
        # Several spellings can read the same (spaces at the ends, a word cut off): the first,
        # which is the likeliest, is the one to align.
        others, first = texts.get(text, (NEVER, labels))
        texts[text] = (float(np.logaddexp(others, score)), first)
    ranked = sorted(texts.items(), key=lambda item: -item[1][0])[:count]
    found = [
        _hypothesis(log_probs, tokens, text, labels, score) for text, (score, labels) in ranked
    ]
    if not partial:
        shares = {text: math.exp(min(score, 0.0)) for text, (score, _) in texts.items()}
        found = [_with_choices(hypothesis, shares) for hypothesis in found]
    return found or [NOTHING]


def _hypothesis(
    log_probs: np.ndarray, tokens: Sequence[str], text: str, labels: list[int], score: float
) -> Hypothesis:
    runs = ctc.align(log_probs, labels)
    words = ctc.words_of(log_probs, labels, runs, tokens)
    return Hypothesis(text, math.exp(min(score, 0.0)), words)


def _with_choices(hypothesis: Hypothesis, texts: Mapping[str, float]) -> Hypothesis:
    """What the `texts` have in the places of its words."""
    alike = [(text.split(), share) for text, share in texts.items()]
    alike = [(words, share) for words, share in alike if len(words) == len(hypothesis.words)]
    return replace(
        hypothesis,
        words=tuple(
            replace(word, choices=_choices(alike, place))
            for place, word in enumerate(hypothesis.words)
        ),
    )


def _choices(texts: Sequence[tuple[Sequence[str], float]], place: int) -> tuple[Choice, ...]:
    total = sum(share for _, share in texts) or 1.0
    shares: dict[str, float] = {}
    for words, share in texts:
        shares[words[place]] = shares.get(words[place], 0.0) + share / total
    return likeliest(shares)


def _search(
    log_probs: np.ndarray, width: int, lexicon: Lexicon
) -> list[tuple[list[int], bool, float]]:
    """The prefixes left, best first: labels, whether they may end there, log-probability.

    A prefix is a number in a tree of prefixes. For those in the beam these arrays (B,) run in
    parallel: `prefix`, its `parent`, `last` label and lexicon `node`, and the log-probabilities
    `blank` and `label` of all alignments that end with a blank and with the last label.
    """
    spelled = [(-1, BLANK)]
    children: dict[tuple[int, int], int] = {}
    prefix, parent, last, node = (np.array([n]) for n in (EMPTY, -1, BLANK, ROOT))
    blank, label = np.array([0.0]), np.array([NEVER])
    for frame in evidence(log_probs):
        total = np.logaddexp(blank, label)
        same_blank, same_label = total + frame[BLANK], label + frame[last]
        longer = total[:, None] + frame
        # The same label again makes a new character only after a blank.
        longer[np.arange(len(last)), last] = blank + frame[last]
        longer[lexicon.next[node] < 0] = NEVER
        # What grows into a prefix that is in the beam already joins it.
        child, origin = np.nonzero(parent[:, None] == prefix)
        grown = longer[origin, last[child]]
        same_label[child] = np.logaddexp(same_label[child], grown)
        longer[origin, last[child]] = NEVER

        ranking = np.concatenate([np.logaddexp(same_blank, same_label), longer.ravel()])
        best = np.argsort(-ranking, kind="stable")[:width]
        best = best[ranking[best] > IMPOSSIBLE]
        if len(best) == 0:
            return []
        kept = best[best < len(prefix)]
        origin, new = np.divmod(best[best >= len(prefix)] - len(prefix), len(frame))
        numbers = []
        for key in zip(prefix[origin].tolist(), new.tolist(), strict=True):
            if key not in children:
                children[key] = len(spelled)
                spelled.append(key)
            numbers.append(children[key])
        blank = np.concatenate([same_blank[kept], np.full(len(new), NEVER)])
        label = np.concatenate([same_label[kept], longer[origin, new]])
        parent = np.concatenate([parent[kept], prefix[origin]])
        prefix = np.concatenate([prefix[kept], np.array(numbers, dtype=prefix.dtype)])
        node = np.concatenate([node[kept], lexicon.next[node[origin], new]])
        last = np.concatenate([last[kept], new])
    total = np.logaddexp(blank, label)
    return [
        (_labels(spelled, int(prefix[b])), bool(lexicon.accepts[node[b]]), float(total[b]))
        for b in np.argsort(-total, kind="stable")
    ]


def _labels(spelled: list[tuple[int, int]], prefix: int) -> list[int]:
    labels = []
    while prefix != EMPTY:
        prefix, label = spelled[prefix]
        labels.append(label)
    return labels[::-1]
