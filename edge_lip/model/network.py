"""What a reader needs of a network, whatever runs it."""

from typing import Protocol

import numpy as np

from ..text.logits import Logits
from .manifest import Manifest


class Network(Protocol):
    """The two halves: `Model` runs them quantized on a device, the desktop in float.

    A network that is one graph has nothing to do per frame: its features are the crop itself.
    """

    manifest: Manifest

    def encode(self, stack: np.ndarray) -> np.ndarray:
        """Features (F,) float32 of one stack (h, w, n) float32 of crops, as `pixels` made them."""

    def decode(self, features: np.ndarray) -> Logits:
        """Logits of one utterance from its features (T, F) float32, T at least 1."""
