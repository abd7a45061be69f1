"""The output of someone else's network, as the decoders here want it: logits, the blank first."""

from typing import Any, Final

import numpy as np

from edge_lip.errors import ModelError
from edge_lip.text.logits import ACTIVATIONS

LEAST: Final = 1e-7
"""Probability whose logarithm is taken in the place of those below."""


def read_activation(model: Any, examples: np.ndarray, said: str = "") -> tuple[str, bool]:
    """What makes probabilities of the outputs of a Keras model, one of
    `edge_lip.text.logits.ACTIVATIONS`, and whether it has done so already.

    Its last layer tells; where it does not, as in a SavedModel, what it makes of the clips
    `examples` does: vectors that are distributions, or numbers that are all probabilities. `said`:
    what somebody says of it. Raises `ModelError` where that contradicts its last layer.
    """
    last = _last_activation(model.outputs[0]._keras_history.operation)
    outputs = np.concatenate([np.asarray(model(one[np.newaxis])) for one in examples])
    distribution = is_probability(outputs)
    if last == "softmax" and not distribution:
        raise ModelError("the network ends in a softmax, but not over its classes, the last axis")
    found = "sigmoid" if str(last).endswith("sigmoid") and last != "log_sigmoid" else last
    if said and found in ACTIVATIONS and said != found:
        raise ModelError(f"the description says activation {said}, the network ends in a {found}")
    if found in ACTIVATIONS:
        return str(found), True
    bounded = last is None and bool(((outputs >= 0) & (outputs <= 1)).all())
    if said:
        return said, bounded if said == "sigmoid" else distribution
    return ("sigmoid", True) if bounded and not distribution else ("softmax", distribution)


def to_logits(output: Any, activation: str) -> Any:
    """Logits in the place of what `activation` gave, the tensor `output` of a Keras graph.

    That activation is taken away where it can be found: its result in 8 bits has lost what tells
    unlikely classes apart. Otherwise logarithms are as good as logits.
    """
    import keras

    if _drop_activation(output._keras_history.operation, activation):
        return output
    if activation == "softmax":
        return log(output)
    output = keras.ops.clip(output, LEAST, 1 - LEAST)
    return keras.ops.log(output) - keras.ops.log(1 - output)


def log(output: Any) -> Any:
    """The logarithms of probabilities, a tensor of a Keras graph."""
    import keras

    return keras.ops.log(keras.ops.maximum(output, LEAST))


def is_probability(output: np.ndarray) -> bool:
    """Whether every vector along the last axis is a distribution."""
    sums = output.sum(axis=-1)
    return bool((output >= 0).all() and np.allclose(sums, 1, atol=1e-3))


def blank_first(output: Any) -> Any:
    """`output` (…, C) with its last class before all others."""
    import keras

    return keras.ops.concatenate([output[..., -1:], output[..., :-1]], axis=-1)


def _last(layer: Any) -> Any:
    """The layer that computes the output of a layer."""
    import keras

    if isinstance(layer, keras.Model):
        outputs = getattr(layer, "outputs", None) or []
        return _last(outputs[0]._keras_history.operation) if len(outputs) == 1 else None
    return _last(layer.layer) if isinstance(layer, keras.layers.TimeDistributed) else layer


def _last_activation(layer: Any) -> str | None:
    """The name of the one that a layer ends in; None where there is none to be seen."""
    import keras

    last = _last(layer)
    if isinstance(last, keras.layers.Softmax):
        return "softmax"
    if isinstance(last, keras.layers.Dense | keras.layers.Activation):
        return str(getattr(last.activation, "__name__", None))
    kinds = (keras.layers.ReLU, keras.layers.LeakyReLU, keras.layers.PReLU, keras.layers.ELU)
    return "relu" if isinstance(last, kinds) else None


def _drop_activation(layer: Any, activation: str) -> bool:
    """Make the activation at the end of `layer` do nothing; False where there is none."""
    import keras

    last = _last(layer)
    if getattr(last, "activation", None) is not getattr(keras.activations, activation):
        return False
    last.activation = keras.activations.linear
    return True
