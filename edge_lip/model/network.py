"""What a reader needs of a network, whatever runs it."""

from collections.abc import Mapping
from typing import Final, Protocol

import numpy as np

from ..errors import ModelError
from ..text.logits import Logits
from .manifest import Manifest

STACK: Final = "stack"
"""The input of `encode` that is a crop with its neighbours in time."""


class Network(Protocol):
    """The two halves: `Model` runs them quantized on a device, the desktop in float.

    A network that is one graph has nothing to do per frame: its features are the crop itself.
    """

    manifest: Manifest

    @property
    def inputs(self) -> Mapping[str, tuple[int, ...]]:
        """Shape of each input of `encode`, by its name."""

    def encode(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        """Features (F,) float32 of one moment's inputs (see `edge_lip.frontend.inputs`)."""

    def decode(self, features: np.ndarray) -> Logits:
        """Logits of one utterance from its features (T, F) float32, T at least 1."""


def check_inputs(inputs: Mapping[str, np.ndarray], shapes: Mapping[str, tuple[int, ...]]) -> None:
    """Raise `ModelError` unless `inputs` are those that a network takes, by name and shape."""
    for name, shape in shapes.items():
        if name not in inputs:
            raise ModelError(f"the model takes a {name} of {shape}, and was given none")
        if inputs[name].shape != shape:
            raise ModelError(f"the model takes a {name} of {shape}, not {inputs[name].shape}")
