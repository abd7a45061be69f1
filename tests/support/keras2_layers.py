"""Every layer and activation of Keras 2 in a small network, and what Keras 2 makes of an input.

`keras2/make_layers.py` wrote them by tf_keras. Weights and inputs are a formula of their places, so
that neither has to be stored.
"""

import gzip
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import h5py
import numpy as np

FILE = Path(__file__).parent / "keras2" / "layers.json.gz"
INPUTS = {"vector": (7,), "sequence": (6, 4), "picture": (8, 10, 2), "clip": (4, 6, 8, 2)}
"""What the networks take, without the batch of one."""


@dataclass(frozen=True)
class Case:
    """A network around one layer or activation of Keras 2."""

    name: str
    layers: tuple[str, ...]
    """The layers and activations that it is an example of."""
    input: str
    """One of `INPUTS`."""
    config: dict[str, Any]
    weights: list[tuple[str, list[tuple[str, list[int]]]]]
    """Names and shapes by layer, as they are in a file."""
    output: np.ndarray
    """What tf_keras made of `example`."""

    @property
    def example(self) -> np.ndarray:
        """Its input, with a batch of one."""
        return values((1, *INPUTS[self.input]), 0, 2.0)


def values(shape: tuple[int, ...], which: int, size: float = 0.7) -> np.ndarray:
    """The float32 numbers, up to `size`, of the array number `which`."""
    places = np.arange(int(np.prod(shape)), dtype=np.float64)
    spread: np.ndarray = size * np.sin(1.0 + 1.7 * which + 0.9 * places + 0.01 * places**2)
    return spread.reshape(shape).astype(np.float32)


def weight(name: str, shape: tuple[int, ...], which: int) -> np.ndarray:
    """A weight: that of a variance is positive."""
    found = values(shape, which)
    return np.abs(found) + 0.2 if "variance" in name else found


@cache
def known() -> dict[str, list[str]]:
    """All `layers` and `activations` of Keras 2, and its `version`."""
    names: dict[str, list[str]] = json.loads(gzip.decompress(FILE.read_bytes()))["known"]
    return names


@cache
def cases() -> dict[str, Case]:
    """All of them, by name."""
    stored = json.loads(gzip.decompress(FILE.read_bytes()))["cases"]
    return {
        one["name"]: Case(
            one["name"],
            tuple(one["layers"]),
            one["input"],
            one["config"],
            one["weights"],
            np.array(one["output"], np.float32),
        )
        for one in stored
    }


def write(case: Case, path: Path) -> Path:
    """The network as the `.h5` file that Keras 2 writes of it."""
    which = 0
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = "2.21.0"
        file.attrs["backend"] = "tensorflow"
        file.attrs["model_config"] = json.dumps(case.config)
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = [layer.encode() for layer, _ in case.weights]
        group.attrs["keras_version"] = "2.21.0"
        group.attrs["backend"] = "tensorflow"
        for layer, weights in case.weights:
            inner = group.create_group(layer)
            inner.attrs["weight_names"] = [name.encode() for name, _ in weights]
            for name, shape in weights:
                which += 1
                inner[name] = weight(name, tuple(shape), which)
    return path
