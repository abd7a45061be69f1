"""Which layer the error of a conversion is from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from edge_lip.errors import EdgeLipError
from edge_lip.runtime.interpreter import open_interpreter
from training.trained.trained import Arrays, arguments, names_of

from .outputs import compare

INPUTS: Final = 12
"""How many inputs each layer is compared on: every layer costs a conversion."""


@dataclass(frozen=True)
class Layer:
    """A layer of a half and what conversion makes of its output."""

    half: str
    layer: str
    relative_error: float
    before: float
    """The error of what it was given."""


def worst_layer(
    half: Any, export: Callable[[Any], bytes], inputs: Sequence[Arrays]
) -> Layer | None:
    """The layer of the Keras model `half` at which the error grows most.

    The half is cut behind each of its layers in turn, the piece converted by `export` as the whole
    was, and run on `inputs`, several without a batch: moments, or utterances of any length. Layers
    behind which it can't be cut are passed over; None when none is left.
    """
    import keras

    inputs = inputs[:INPUTS]
    errors: dict[str, float] = {}
    found: list[Layer] = []
    for layer in half.layers:
        if isinstance(layer, keras.layers.InputLayer):
            continue
        try:
            piece = keras.Model(half.inputs, layer.output, name=half.name)
            error = _error(piece, export, inputs)
        except (EdgeLipError, ValueError, AttributeError, RuntimeError):
            continue
        before = max((errors.get(name, 0.0) for name in _sources(layer)), default=0.0)
        errors[layer.name] = error
        found.append(Layer(half.name, layer.name, error, before))
    return max(found, key=lambda one: one.relative_error - one.before, default=None)


def _error(piece: Any, export: Callable[[Any], bytes], inputs: Sequence[Arrays]) -> float:
    interpreter = open_interpreter(export(piece))
    signature = interpreter.signature(interpreter.signatures[0])
    names = names_of(piece)
    expected, found = [], []
    for one in inputs:
        interpreter.reset()
        batch = {name: array[np.newaxis] for name, array in one.items()}
        expected.append(_rows(np.asarray(piece(arguments(batch, names)))))
        given = {name: batch[name] for name in signature.inputs}
        found.append(_rows(next(iter(signature(**given).values()))))
    return compare(piece.name, np.vstack(expected), np.vstack(found), 0.0).relative_error


def _rows(output: np.ndarray) -> np.ndarray:
    """An output (1, ...) as one row; a sequence (1, T, C) as a row for each frame."""
    return output[0] if output.ndim == 3 else output.reshape(1, -1)


def _sources(layer: Any) -> list[str]:
    """Names of the layers whose output a layer takes."""
    given = layer.input if isinstance(layer.input, list | tuple) else [layer.input]
    return [tensor._keras_history.operation.name for tensor in given]
