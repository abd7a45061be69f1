"""Prove a written model: open it as a device would, run it, compare with the Keras original."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from edge_lip.errors import ModelError
from edge_lip.model.file import open_model
from edge_lip.model.network import Network
from edge_lip.text.logits import log_odds, to_logits
from training.trained.trained import AT_ONCE, Arrays, encode_all

LENGTHS: Final = (10, 40, 75, 120)
"""Frames of the utterances that are compared: from a short word to a long sentence."""
UTTERANCE: Final = 75
"""Frames of the one that goes through both halves of the file."""
UTTERANCES: Final = 3
"""Of each length: what a network says of one alone may be what it says of all."""
LEAST_COSINE: Final = 0.8
"""What falls below is broken, not merely quantized. A file that gives the same for all inputs, or
what belongs to another input, has 0 to 0.13; networks of random weights, which hardly tell inputs
apart, were down to 0.82 with nothing wrong but the rounding."""


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


def verify(path: Path, encode: Any, decode: Any, inputs: Arrays) -> tuple[Check, ...]:
    """Compare the model file at `path` with the Keras halves on `inputs`.

    Raises `ModelError` when the file is not the same network; see `measure` for what is compared.
    """
    checks = measure(path, encode, decode, inputs)
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


def measure(path: Path, encode: Any, decode: Any, inputs: Arrays) -> tuple[Check, ...]:
    """How far the model file at `path` is from the Keras halves on `inputs`.

    `encode` is compared moment by moment; `decode` at several lengths on the original's features,
    and at one on the file's own.
    """
    model = open_model(path)
    expected = encode_all(encode, inputs)
    found = np.stack([model.encode(one) for one in moments(inputs)])
    checks = [compare("encode", expected, found, LEAST_COSINE)]
    for length in LENGTHS:
        given = utterances(expected, length)
        name = f"decode, {length} frames"
        checks += _compare_outputs(name, model, decode, given, given, LEAST_COSINE)
    originals, own = utterances(expected, UTTERANCE), utterances(found, UTTERANCE)
    name = f"both, {UTTERANCE} frames"
    return (*checks, *_compare_outputs(name, model, decode, originals, own, LEAST_COSINE))


def moments(inputs: Arrays) -> Iterator[dict[str, np.ndarray]]:
    """The inputs of each moment in turn."""
    for row in zip(*inputs.values(), strict=True):
        yield dict(zip(inputs, row, strict=True))


def measure_window(path: Path, network: Any, windows: np.ndarray) -> tuple[Check, ...]:
    """How far the file of a network that is one graph is from the Keras original on `windows`
    (N, frames, h, w, n) float32, each an utterance of just that length."""
    model, few = open_model(path), list(windows[:AT_ONCE])
    return tuple(_compare_outputs("window", model, network, few, few, LEAST_COSINE))


def compare(name: str, expected: np.ndarray, found: np.ndarray, least: float) -> Check:
    """Compare what came of several inputs, (N, C) each; `least` is the cosine they must have.

    What tells the inputs apart is compared: most of an output may be the same for all of them, and
    a file that gives just that would look right.
    """
    expected, found = expected - expected.mean(axis=0), found - found.mean(axis=0)
    size, other = float(np.linalg.norm(expected)), float(np.linalg.norm(found))
    error = float(np.linalg.norm(found - expected))
    if not size:  # nothing to be in proportion to
        return Check(name, error, float(not other), least)
    cosine = float(np.vdot(expected, found)) / (size * other) if other else 0.0
    return Check(name, error / size, cosine, least)


def _compare_outputs(
    name: str,
    model: Network,
    original: Any,
    given: Sequence[np.ndarray],
    features: Sequence[np.ndarray],
    least: float,
) -> list[Check]:
    """What `original` makes of utterances against what the file makes of theirs, by output."""
    expected: dict[str, list[np.ndarray]] = {}
    found: dict[str, list[np.ndarray]] = {}
    activation = model.manifest.decoding.activation
    for theirs, own in zip(given, features, strict=True):
        outputs = {key: np.asarray(one) for key, one in original(theirs[np.newaxis]).items()}
        said = to_logits(outputs, activation).outputs
        for key, array in model.decode(own).outputs.items():
            expected.setdefault(key, []).append(comparable(said[key], activation))
            found.setdefault(key, []).append(comparable(array, activation))
    return [
        compare(f"{key}, {name}", np.vstack(expected[key]), np.vstack(found[key]), least)
        for key in expected
    ]


def comparable(log_probs: np.ndarray, activation: str) -> np.ndarray:
    """What log-probabilities were made of, without what no probability depends on."""
    if activation == "sigmoid":
        return log_odds(log_probs)
    centred: np.ndarray = log_probs - log_probs.mean(axis=-1, keepdims=True)
    return centred


def utterances(features: np.ndarray, length: int) -> list[np.ndarray]:
    """(T, ...) → several of (length, ...), begun at different places; from the start again where it
    is too short."""
    starts = range(0, len(features), max(1, len(features) // UTTERANCES))
    return [
        np.resize(np.roll(features, -start, axis=0), (length, *features.shape[1:]))
        for start in starts
    ][:UTTERANCES]
