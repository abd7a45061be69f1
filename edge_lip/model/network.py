"""What a reader needs of a network, whatever runs it."""

from collections.abc import Mapping
from typing import Final, Protocol

import numpy as np

from ..errors import ModelError
from ..runtime.interpreter import Tensor, shape_of
from ..text.logits import Logits
from ..text.tasks import TASKS
from .manifest import Manifest

STACK: Final = "stack"
"""The input of `encode` that is a crop with its neighbours in time."""
LIPS: Final = "lips"
"""The input of `encode` that is the lips' shape (see `edge_lip.frontend.lips`)."""
WINDOW: Final = "window"
"""The signature of a network that is one graph, and its input."""


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


def check_outputs(
    manifest: Manifest, outputs: dict[str, Tensor], frames: int | None = None
) -> None:
    """Raise `ModelError` unless `outputs` are as large as the manifest's task and lists have them.

    `frames`: of a window; None where a network takes any number.
    """
    for name, sizes in TASKS[manifest.task].outputs(manifest.classes).items():
        said = tuple(frames if size is None else size for size in sizes)
        actual = shape_of(outputs, name)
        fits = (size in (None, found) for size, found in zip(said, actual, strict=False))
        if len(said) != len(actual) or not all(fits):
            raise ModelError(f"the manifest says {name} {_told(said)}, the model has {actual}")


def _told(sizes: tuple[int | None, ...]) -> str:
    """As a shape; T for the number of frames."""
    return str(sizes).replace("None", "T")
