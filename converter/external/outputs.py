"""The output of someone else's network, as the decoders here want it: logits, the blank first."""

from typing import Any, Final

import numpy as np

LEAST: Final = 1e-7
"""Probability whose logarithm is taken in the place of those below."""


def to_logits(output: Any, example: np.ndarray) -> Any:
    """Logits in the place of the probabilities `output`, a tensor of a Keras graph.

    `example`: what the network makes of anything; tells probabilities from logits. A last softmax
    is taken away where it can be found: its result in 8 bits has lost what tells unlikely classes
    apart. Otherwise logarithms are as good as logits.
    """
    import keras

    if not is_probability(example) or _drop_softmax(output._keras_history.operation):
        return output
    return keras.ops.log(keras.ops.maximum(output, LEAST))


def is_probability(output: np.ndarray) -> bool:
    """Whether every vector along the last axis is a distribution."""
    sums = output.sum(axis=-1)
    return bool((output >= 0).all() and np.allclose(sums, 1, atol=1e-3))


def blank_first(output: Any) -> Any:
    """`output` (…, C) with its last class before all others."""
    import keras

    return keras.ops.concatenate([output[..., -1:], output[..., :-1]], axis=-1)


def _drop_softmax(layer: Any) -> bool:
    """Make the softmax at the end of `layer` do nothing; False where there is none to be found."""
    import keras

    if isinstance(layer, keras.Model):
        outputs = getattr(layer, "outputs", None) or []
        return len(outputs) == 1 and _drop_softmax(outputs[0]._keras_history.operation)
    if isinstance(layer, keras.layers.TimeDistributed):
        return _drop_softmax(layer.layer)
    if getattr(layer, "activation", None) is not keras.activations.softmax:
        return False
    layer.activation = keras.activations.linear
    return True
