"""Prove a written model: open it as a device would, run it, compare with the Keras original."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from edge_lip.errors import ModelError
from edge_lip.model import Network, open_model

LENGTHS: Final = (10, 40, 75, 120)
"""Frames of the utterances that are compared: from a short word to a long sentence."""
UTTERANCE: Final = 75
"""Frames of the one that goes through both halves of the file."""
AT_ONCE: Final = 16
"""Stacks the original is given: VGG at 224x224 needs 13 MB for one layer of each."""
LEAST_COSINE: Final = 0.95
"""What falls below is broken, not merely quantized: `decode` by itself."""
LEAST_ENCODED: Final = 0.8
"""And the features, and what `decode` makes of them. Set so that a MobileNetV3 of random weights,
at 0.86, passes; one such reads too near chance to tell what that costs."""


@dataclass(frozen=True)
class Check:
    """How far one output of the file is from the original's."""

    name: str
    relative_error: float
    """Root mean square of the difference over that of the original."""
    cosine: float
    least: float
    """The cosine below which it is another network's."""

    @property
    def passed(self) -> bool:
        """Whether it is the same network's; what is no number is not."""
        return self.cosine >= self.least


def verify(path: Path, encode: Any, decode: Any, stacks: np.ndarray) -> tuple[Check, ...]:
    """Compare the model file at `path` with the Keras halves on `stacks` (N, h, w, n) float32.

    Raises `ModelError` when the file is not the same network; see `measure` for what is compared.
    """
    checks = measure(path, encode, decode, stacks)
    if fault := explain(checks):
        raise ModelError(f"{fault}; nothing was written")
    return checks


def explain(checks: Sequence[Check]) -> str:
    """What the first comparison that failed says; empty when none did."""
    for check in checks:
        if not check.passed:
            return (
                f"the converted model does not compute what the original does: {check.name}"
                f" has a cosine of {check.cosine:.3f}"
            )
    return ""


def measure(path: Path, encode: Any, decode: Any, stacks: np.ndarray) -> tuple[Check, ...]:
    """How far the model file at `path` is from the Keras halves on `stacks` (N, h, w, n) float32.

    `encode` is compared stack by stack; `decode` at several lengths on the original's features,
    and at one on the file's own.
    """
    model = open_model(path)
    few = range(0, len(stacks), AT_ONCE)
    expected = np.concatenate([encode(stacks[first : first + AT_ONCE]) for first in few])
    found = np.stack([model.encode(stack) for stack in stacks])
    checks = [compare("encode", expected, found, LEAST_ENCODED)]
    for length in LENGTHS:
        given = _repeat(expected, length)
        name = f"decode, {length} frames"
        checks += _compare_decode(name, model, decode, given, given, LEAST_COSINE)
    original, own = _repeat(expected, UTTERANCE), _repeat(found, UTTERANCE)
    name = f"both, {UTTERANCE} frames"
    return (*checks, *_compare_decode(name, model, decode, original, own, LEAST_ENCODED))


def measure_window(path: Path, network: Any, windows: np.ndarray) -> tuple[Check, ...]:
    """How far the file of a network that is one graph is from the Keras original on `windows`
    (N, frames, h, w, n) float32, each an utterance of just that length."""
    model = open_model(path)
    expected: dict[str, list[np.ndarray]] = {}
    found: dict[str, list[np.ndarray]] = {}
    for window in windows[:AT_ONCE]:
        for key, original, own in _outputs(model, network, window, window):
            expected.setdefault(key, []).append(original)
            found.setdefault(key, []).append(own)
    return tuple(
        compare(f"{key}, window", np.stack(expected[key]), np.stack(found[key]), LEAST_COSINE)
        for key in expected
    )


def compare(name: str, expected: np.ndarray, found: np.ndarray, least: float) -> Check:
    """Compare two arrays of one shape; `least` is the cosine they must have."""
    size, other = float(np.linalg.norm(expected)), float(np.linalg.norm(found))
    error = float(np.linalg.norm(found - expected))
    if not size:  # nothing to be in proportion to
        return Check(name, error, float(not other), least)
    cosine = float(np.vdot(expected, found)) / (size * other) if other else 0.0
    return Check(name, error / size, cosine, least)


def _compare_decode(
    name: str,
    model: Network,
    decode: Any,
    original: np.ndarray,
    features: np.ndarray,
    least: float,
) -> list[Check]:
    return [
        compare(f"{key}, {name}", expected, found, least)
        for key, expected, found in _outputs(model, decode, original, features)
    ]


def _outputs(
    model: Network, original: Any, given: np.ndarray, features: np.ndarray
) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Each output's name, what the original makes of `given`, and the file of `features`."""
    expected = original(given[np.newaxis])
    logits = model.decode(features)
    found = {"logits": logits.tokens, "words": logits.words, "labels": logits.labels}
    for key, array in found.items():
        if array is not None:
            yield key, _centre(np.asarray(expected[key])[0]), _centre(array)


def _centre(logits: np.ndarray) -> np.ndarray:
    """Without what no probability depends on; makes logits and log-probabilities the same thing."""
    centred: np.ndarray = logits - logits.mean(axis=-1, keepdims=True)
    return centred


def _repeat(features: np.ndarray, length: int) -> np.ndarray:
    """(T, F) → (length, F), from the start again when it is too short."""
    return np.resize(features, (length, features.shape[1]))
