"""Part a network over clips into what it does per frame and what it does per utterance.

Most CNN-LSTMs are one model that starts with layers wrapped in TimeDistributed: the same network
for every frame. Those, unwrapped, are `encode`; what follows is `decode`.
"""

from typing import Any, Final

import numpy as np

from edge_lip.model.network import STACK

OTHER: Final = 3
"""Frames more than the network was made for, on which `decode` is tried."""
TOLERANCE: Final = 1e-4
"""Relative; both compute the same in another order."""


def split(model: Any, example: np.ndarray) -> tuple[Any, Any] | None:
    """`encode`: stack (h, w, n) → features (F,), and `decode`: features (any T, F) → output.

    `model`: Keras, one input (T, h, w, n) and one output. None where it does not begin with layers
    per frame, or is bound to a number of frames after them. What is given computes the same as
    `model`: it is tried on the clip `example` (1, T, h, w, n).
    """
    import keras

    chain, boundary = _frame_layers(model)
    if not chain:
        return None
    try:
        stack = keras.Input(model.inputs[0].shape[2:], name=STACK)
        x = stack
        for layer in chain:
            x = _unwrap(layer, x)
        encode = keras.Model(stack, x, name="encode")
        features = keras.Input((None, x.shape[-1]), name="features")
        rest = keras.Model(boundary, model.outputs[0])
        decode = keras.Model(features, on(rest, features), name="decode")
        _trace(decode)
        if _same(model, encode, decode, example):
            return encode, decode
    except Exception:  # whatever a layer raises that was made for one number of frames
        return None
    return None


def on(model: Any, entry: Any) -> Any:
    """The output of the layers of `model` (one input, one output), themselves, on another entry."""
    import keras

    plain = keras.Model(model.inputs[0], model.outputs[0])
    return keras.models.clone_model(
        plain, input_tensors=entry, clone_function=lambda layer: layer
    ).output


def same_output(expected: Any, found: Any) -> bool:
    """Whether two computed the same, apart from the order of the sums."""
    error = np.linalg.norm(np.asarray(found) - np.asarray(expected))
    return bool(error <= TOLERANCE * np.linalg.norm(expected))


def _frame_layers(model: Any) -> tuple[list[Any], Any]:
    """The layers per frame from the input on, and the tensor (batch, T, F) that they end in."""
    import keras

    between = (
        keras.layers.Activation,
        keras.layers.BatchNormalization,
        keras.layers.Dense,
        keras.layers.Dropout,
        keras.layers.LayerNormalization,
        keras.layers.LeakyReLU,
        keras.layers.ReLU,
        keras.layers.Rescaling,
    )
    tensor = boundary = model.inputs[0]
    chain: list[Any] = []
    length = 0
    while (step := _next(model, tensor)) is not None:
        layer, tensor = step
        wrapped = isinstance(layer, keras.layers.TimeDistributed)
        flat = isinstance(layer, keras.layers.Reshape) and len(tensor.shape) == 3
        if not (wrapped or flat or isinstance(layer, between)):
            break
        chain.append(layer)
        if (wrapped or flat) and len(tensor.shape) == 3:
            length, boundary = len(chain), tensor
    return chain[:length], boundary


def _next(model: Any, tensor: Any) -> tuple[Any, Any] | None:
    """The only layer that `tensor` goes to, and what comes out of it; None if there are several."""
    steps = [
        (layer, node.output_tensors[0])
        for layer in model.layers
        for node in layer._inbound_nodes
        if any(one is tensor for one in node.input_tensors)
    ]
    return steps[0] if len(steps) == 1 else None


def _unwrap(layer: Any, x: Any) -> Any:
    """What `layer` makes of every frame, made of the one frame `x`."""
    import keras

    if isinstance(layer, keras.layers.TimeDistributed):
        return layer.layer(x)
    if isinstance(layer, keras.layers.Reshape):
        return keras.layers.Flatten()(x)
    config = layer.get_config()
    if config.get("axis") == len(x.shape):  # counted with the time
        config["axis"] = -1
    same = type(layer).from_config(config)
    y = same(x)
    same.set_weights(layer.get_weights())
    return y


def _trace(decode: Any) -> None:
    """Raise whatever a layer raises where the number of frames is unknown, as it is when `decode`
    is converted: one that is unrolled takes any number that it sees, but not this."""
    import tensorflow as tf

    (entry,) = decode.inputs
    spec = tf.TensorSpec((1, *entry.shape[1:]))
    tf.function(decode).get_concrete_function(spec)


def _same(model: Any, encode: Any, decode: Any, example: np.ndarray) -> bool:
    expected = np.asarray(model(example))
    features = np.asarray(encode(example[0]))
    found = np.asarray(decode(features[np.newaxis]))
    longer = np.concatenate([features, features[:OTHER]])
    grown = np.asarray(decode(longer[np.newaxis])).shape
    wanted = expected.shape
    if len(wanted) == 3:
        wanted = (1, wanted[1] + len(longer) - len(features), wanted[2])
    return grown == wanted and same_output(expected, found)
