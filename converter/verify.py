"""Prove a written model: open it as a device would, run it, compare with the Keras original."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from edge_lip.errors import ModelError
from edge_lip.model import Model, open_model

LENGTHS: Final = (10, 40, 75, 120)
"""Frames of the utterances that are compared: from a short word to a long sentence."""
UTTERANCE: Final = 75
"""Frames of the one that goes through both halves of the file."""
AT_ONCE: Final = 16
"""Stacks the original is given: VGG at 224x224 needs 13 MB for one layer of each."""
LEAST_COSINE: Final = 0.95
"""What falls below is broken, not merely quantized: `decode` by itself."""
LEAST_ENCODED: Final = 0.8
"""And the features, and what `decode` makes of them. The noisiest that read no worse than in float
were at 0.86: those of a MobileNetV3 of random weights, 25 of 85 words right (float: 20)."""


@dataclass(frozen=True)
class Check:
    """How far one output of the file is from the original's."""

    name: str
    relative_error: float
    """Root mean square of the difference over that of the original."""
    cosine: float


def verify(path: Path, encode: Any, decode: Any, stacks: np.ndarray) -> tuple[Check, ...]:
    """Compare the model file at `path` with the Keras halves on `stacks` (N, h, w, n) float32.

    `encode` is compared stack by stack; `decode` at several lengths on the original's features,
    and at one on the file's own. Raises `ModelError` when the file is not the same network.
    """
    model = open_model(path)
    few = range(0, len(stacks), AT_ONCE)
    expected = np.concatenate([encode(stacks[first : first + AT_ONCE]) for first in few])
    found = np.stack([model.encode(stack) for stack in stacks])
    encoded = [compare("encode", expected, found)]
    alone: list[Check] = []
    for length in LENGTHS:
        utterance = _repeat(expected, length)
        alone += _compare_decode(f"decode, {length} frames", model, decode, utterance, utterance)
    original, own = _repeat(expected, UTTERANCE), _repeat(found, UTTERANCE)
    both = _compare_decode(f"both, {UTTERANCE} frames", model, decode, original, own)
    _demand(alone, LEAST_COSINE)
    _demand([*encoded, *both], LEAST_ENCODED)
    return (*encoded, *alone, *both)


def compare(name: str, expected: np.ndarray, found: np.ndarray) -> Check:
    """Compare two arrays of one shape."""
    size = float(np.linalg.norm(expected))
    error = float(np.linalg.norm(found - expected)) / size
    cosine = float(np.vdot(expected, found)) / (size * float(np.linalg.norm(found)))
    return Check(name, error, cosine)


def _demand(checks: list[Check], least: float) -> None:
    for check in checks:
        if not check.cosine >= least:
            raise ModelError(
                f"the converted model does not compute what the original does: {check.name}"
                f" has a cosine of {check.cosine:.3f}; nothing was written"
            )


def _compare_decode(
    name: str, model: Model, decode: Any, original: np.ndarray, features: np.ndarray
) -> list[Check]:
    expected = decode(original[np.newaxis])
    logits = model.decode(features)
    found = {"logits": logits.tokens, "words": logits.words, "labels": logits.labels}
    return [
        compare(f"{key}, {name}", _centre(np.asarray(expected[key])[0]), _centre(array))
        for key, array in found.items()
        if array is not None
    ]


def _centre(logits: np.ndarray) -> np.ndarray:
    """Without what no probability depends on; makes logits and log-probabilities the same thing."""
    centred: np.ndarray = logits - logits.mean(axis=-1, keepdims=True)
    return centred


def _repeat(features: np.ndarray, length: int) -> np.ndarray:
    """(T, F) → (length, F), from the start again when it is too short."""
    return np.resize(features, (length, features.shape[1]))
