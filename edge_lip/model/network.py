"""What a reader needs of a network, whatever runs it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from .manifest import Manifest


@dataclass(frozen=True)
class Logits:
    """What `decode` says of an utterance of T frames; natural logarithms of probabilities."""

    tokens: np.ndarray | None
    """(T, C) float32, by token; class 0 is the blank of CTC. None where the task is labels."""
    words: np.ndarray | None
    """(T, W + 1) float32, by word; class 0 is silence. None without a words head."""
    labels: np.ndarray | None = None
    """(L,) float32, by label, of the utterance as a whole. None where the task is sentences."""


class Network(Protocol):
    """The two halves: `Model` runs them quantized on a device, the desktop in float.

    A network that is one graph has nothing to do per frame: its features are the crop itself.
    """

    manifest: Manifest

    def encode(self, stack: np.ndarray) -> np.ndarray:
        """Features (F,) float32 of one stack (h, w, n) float32 of crops, as `pixels` made them."""

    def decode(self, features: np.ndarray) -> Logits:
        """Logits of one utterance from its features (T, F) float32, T at least 1."""


def to_logits(outputs: Mapping[str, np.ndarray]) -> Logits:
    """What `decode` gives, by the outputs' names and with a batch of one, as log-probabilities."""
    found = {name: log_softmax(array[0]) for name, array in outputs.items()}
    return Logits(found.get("logits"), found.get("words"), found.get("labels"))


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Natural logarithm of the softmax over the last axis."""
    shifted: np.ndarray = logits - logits.max(axis=-1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return shifted
