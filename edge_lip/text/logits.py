"""What a network says of an utterance, before it is made into text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np


@dataclass(frozen=True)
class Logits:
    """What `decode` says of an utterance of T frames; natural logarithms of probabilities."""

    tokens: np.ndarray | None
    """(T, C) float32, by token; class 0 is the blank of CTC. None where the task is labels."""
    words: np.ndarray | None
    """(T, W + 1) float32, by word; class 0 is silence. None without a words head."""
    labels: np.ndarray | None = None
    """(L,) float32, by label, of the utterance as a whole. None where the task is sentences. They
    are of one distribution, or each of its own (see `ACTIVATIONS`)."""

    @property
    def outputs(self) -> dict[str, np.ndarray]:
        """What there is, by the names that a network's outputs have."""
        every = {"logits": self.tokens, "words": self.words, "labels": self.labels}
        return {name: array for name, array in every.items() if array is not None}


def to_logits(outputs: Mapping[str, np.ndarray], activation: str = "softmax") -> Logits:
    """What `decode` gives, by the outputs' names and with a batch of one, as log-probabilities.

    `activation`: one of `ACTIVATIONS`."""
    logarithm = ACTIVATIONS[activation]
    found = {name: logarithm(array[0]) for name, array in outputs.items()}
    return Logits(found.get("logits"), found.get("words"), found.get("labels"))


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Natural logarithm of the softmax over the last axis."""
    shifted: np.ndarray = logits - logits.max(axis=-1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return shifted


def log_sigmoid(logits: np.ndarray) -> np.ndarray:
    """Natural logarithm of the sigmoid of each."""
    logs: np.ndarray = -np.logaddexp(0, -logits)
    return logs


def mean(several: Sequence[Logits]) -> Logits:
    """What `several` say together of the same utterance: the geometric mean of their probabilities,
    which sum to 1 again. Of one, that one itself."""
    if len(several) == 1:
        return several[0]

    def of(arrays: list[np.ndarray | None]) -> np.ndarray | None:
        there = [array for array in arrays if array is not None]
        return log_softmax(np.mean(there, axis=0)) if there else None

    return Logits(
        of([one.tokens for one in several]),
        of([one.words for one in several]),
        of([one.labels for one in several]),
    )


def log_odds(log_probs: np.ndarray) -> np.ndarray:
    """What `log_sigmoid` was made of."""
    with np.errstate(divide="ignore"):  # of a certainty the odds are infinite
        odds: np.ndarray = log_probs - np.log(-np.expm1(log_probs))
    return odds


ACTIVATIONS: Final[dict[str, Callable[[np.ndarray], np.ndarray]]] = {
    "softmax": log_softmax,
    "sigmoid": log_sigmoid,
}
"""What makes probabilities of a network's outputs, and gives their logarithms: one distribution
over all, or a yes or no of each by itself."""
