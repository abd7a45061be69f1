"""What decoders should give, by trying everything: small alphabets and few frames only."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby, product

import numpy as np

BLANK = 0


def random_log_probs(seed: int, frames: int, classes: int) -> np.ndarray:
    """Log-probabilities (frames, classes), float32 as a model gives them."""
    logits = np.random.default_rng(seed).normal(scale=1.5, size=(frames, classes))
    return (logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))).astype(np.float32)


def paths(log_probs: np.ndarray) -> Iterator[tuple[tuple[int, ...], float]]:
    """Every sequence of classes and its log-probability."""
    frames, classes = log_probs.shape
    for path in product(range(classes), repeat=frames):
        yield path, float(log_probs[np.arange(frames), path].astype(float).sum())


def collapse(path: Sequence[int]) -> tuple[int, ...]:
    """The labels of a CTC path: repetitions merged, then blanks removed."""
    return tuple(label for label, _ in groupby(path) if label != BLANK)


def ctc(log_probs: np.ndarray) -> dict[tuple[int, ...], float]:
    """The probability of every sequence of labels."""
    found: dict[tuple[int, ...], float] = defaultdict(float)
    for path, score in paths(log_probs):
        found[collapse(path)] += np.exp(score)
    return found


Key = tuple[tuple[str, ...], tuple[int, ...]]


def grammar(
    slots: Sequence[Sequence[str]],
    tokens: Sequence[str],
    token_log_probs: np.ndarray,
    word_log_probs: np.ndarray | None = None,
    words: Sequence[str] = (),
    weights: tuple[float, float] = (1.0, 0.0),
    partial: bool = False,
) -> dict[Key, tuple[float, int]]:
    """Every alignment of the grammar's sentences, or of their beginnings when `partial`.

    The key is the words the alignment is bound to and its path of tokens; the value its log
    score and how many of those words are complete.
    """
    found: dict[Key, tuple[float, int]] = {}
    candidates = list(paths(token_log_probs))
    for sentence in product(*slots):
        labels = tuple(tokens.index(c) for c in " ".join(sentence))
        ends = np.cumsum([len(word) + 1 for word in sentence]) - 1  # label count at each word's end
        starts = ends - [len(word) for word in sentence]
        for path, token_score in candidates:
            spelled = collapse(path)
            if labels[: len(spelled)] != spelled if partial else spelled != labels:
                continue
            begun = int(np.sum(starts < len(spelled)))
            complete = int(np.sum(ends <= len(spelled)))
            score = weights[0] * token_score
            if word_log_probs is not None:
                between, evidence = _evidence(path, sentence, starts, ends, word_log_probs, words)
                begun = max(begun, between)
                score += weights[1] * evidence
            score -= sum(np.log(len(slot)) for slot in slots[:begun])
            found[sentence[:begun], path] = score, complete
    return found


def _evidence(
    path: Sequence[int],
    sentence: Sequence[str],
    starts: np.ndarray,
    ends: np.ndarray,
    log_probs: np.ndarray,
    words: Sequence[str],
) -> tuple[int, float]:
    """How many words the path is bound to, and what the words head adds along it."""
    classes = [0, *(words.index(word) + 1 for word in sentence), 0]
    last = {len(collapse(path[: t + 1])): t for t, label in enumerate(path) if label != BLANK}
    total, bound = 0.0, 0
    for t, frame in enumerate(log_probs.astype(float)):
        count = len(collapse(path[: t + 1]))
        inside = int(np.sum(starts < count))
        over = int(np.sum(ends <= count))
        if inside > over or (inside and t <= last[ends[inside - 1]]):
            total += frame[classes[inside]]
        else:
            total += max(frame[classes[inside]], frame[classes[inside + 1]], frame[0])
            bound = max(bound, min(inside + 1, len(sentence)))
    return bound, total


def segmentations(
    slots: Sequence[Sequence[str]], log_probs: np.ndarray, words: Sequence[str]
) -> dict[tuple[str, ...], list[float]]:
    """The log score of every way to cut all frames into the words of each sentence and pauses."""
    found: dict[tuple[str, ...], list[float]] = {}
    for sentence in product(*slots):
        least = [0, *(n for word in sentence for n in (len(word), 0))]
        classes = [0, *(c for word in sentence for c in (words.index(word) + 1, 0))]
        scores = []
        for lengths in product(range(len(log_probs) + 1), repeat=len(least)):
            if sum(lengths) == len(log_probs) and all(
                length >= minimum for length, minimum in zip(lengths, least, strict=True)
            ):
                path = np.repeat(classes, lengths)
                scores.append(float(log_probs[np.arange(len(path)), path].astype(float).sum()))
        found[sentence] = scores
    return found
