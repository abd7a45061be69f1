"""What loading gives: two halves, or one network over a window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from edge_lip.model.manifest import Manifest

MANIFEST: Final = "edge_lip_manifest"
CALIBRATION: Final = "edge_lip_calibration"
"""Stacks; other inputs have their name behind it."""
STEPS: Final = 42.0
"""Calibration inputs are stored as int8, this many steps to a standard deviation: ±3 is ±126."""
AT_ONCE: Final = 16
"""Moments that an encoder is given: VGG at 224x224 needs 13 MB for one layer of each."""
Arrays = Mapping[str, np.ndarray]
"""Many moments' inputs of a network, (N, ...) each, by the inputs' names."""


@dataclass(frozen=True)
class Trained:
    """A trained model with float weights."""

    encode: Any
    """`keras.Model`: its inputs at one moment, such as a stack (h, w, n) → features (F,)."""
    decode: Any
    """`keras.Model`: features (T, F) → a dict: logits (T, C), words (T, W + 1); or labels (L,)."""
    manifest: Manifest
    inputs: Arrays | None
    """What `encode` takes in practice, float32 and in its order; None when the file has none."""

    @property
    def parts(self) -> dict[str, Any]:
        """The networks by the names of their signatures."""
        return {"encode": self.encode, "decode": self.decode}


def names_of(part: Any) -> list[str]:
    """The names of the inputs of a Keras model, in its order."""
    return [entry.name for entry in part.inputs]


def arguments(inputs: Arrays, names: Sequence[str]) -> Any:
    """`inputs` as Keras takes them: alone, or several as a list."""
    several = [inputs[name] for name in names]
    return several if len(several) > 1 else several[0]


def encode_all(encode: Any, inputs: Arrays) -> np.ndarray:
    """Features (N, F) of N moments, a few at a time; `inputs` in the order of `encode`."""
    names = list(inputs)
    parts = [
        encode(arguments({n: inputs[n][first : first + AT_ONCE] for n in names}, names))
        for first in range(0, len(inputs[names[0]]), AT_ONCE)
    ]
    return np.concatenate(parts)
