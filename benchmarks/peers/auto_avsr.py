"""Auto-AVSR's front end and encoder: ResNet-18 and twelve conformer blocks, for any English."""

from typing import Any

import numpy as np

from .layers import resnet18, stem
from .peer import Network

WINDOW = (75, 88, 88, 1)
WIDTH, HEADS, INNER, BLOCKS, KERNEL = 768, 12, 3072, 12, 31
UNITS = 5049
"""Subwords, with blank."""


def build() -> Any:
    """At its published size, with the head of CTC."""
    import keras
    from keras import layers, ops

    keras.utils.set_random_seed(0)
    clip = keras.Input(WINDOW, batch_size=1)
    x = layers.Dense(WIDTH)(resnet18(stem(clip, WINDOW[0], 64, "swish"), "swish"))
    x = ops.expand_dims(x, 0) * WIDTH**0.5
    places = _constant(x, _places(WINDOW[0]))
    for _ in range(BLOCKS):
        x = x + 0.5 * _forward(x)
        x = x + _attention(x, places)
        x = x + _convolution(x)
        x = x + 0.5 * _forward(x)
        x = layers.LayerNormalization()(x)
    return keras.Model(clip, layers.Dense(UNITS)(layers.LayerNormalization()(x)))


def _forward(x: Any) -> Any:
    from keras import layers

    x = layers.Dense(INNER, activation="swish")(layers.LayerNormalization()(x))
    return layers.Dense(WIDTH)(x)


def _attention(x: Any, places: Any) -> Any:
    """With places told relative to each other (Dai et al., 2019)."""
    from keras import layers, ops

    x = layers.LayerNormalization()(x)
    query, key, value = (_heads(layers.Dense(WIDTH)(x)) for _ in range(3))
    where = _heads(layers.Dense(WIDTH, use_bias=False)(places))
    scores = ops.matmul(_shifted(query), ops.transpose(key, (0, 1, 3, 2)))
    by_place = ops.matmul(_shifted(query), ops.transpose(where, (0, 1, 3, 2)))
    weights = ops.softmax((scores + _relative(by_place)) / (WIDTH // HEADS) ** 0.5, axis=-1)
    mixed = ops.transpose(ops.matmul(weights, value), (0, 2, 1, 3))
    return layers.Dense(WIDTH)(ops.reshape(mixed, x.shape))


def _convolution(x: Any) -> Any:
    from keras import layers, ops

    x = layers.LayerNormalization()(x)
    left, right = ops.split(layers.Dense(2 * WIDTH)(x), 2, axis=-1)
    x = layers.DepthwiseConv1D(KERNEL, padding="same")(left * ops.sigmoid(right))
    x = layers.Activation("swish")(layers.BatchNormalization()(x))
    return layers.Dense(WIDTH)(x)


def _heads(x: Any) -> Any:
    """(1, T, width) to (1, heads, T, width of one)."""
    from keras import ops

    _, length, width = x.shape
    return ops.transpose(ops.reshape(x, (1, length, HEADS, width // HEADS)), (0, 2, 1, 3))


def _shifted(x: Any) -> Any:
    """A learned vector of each head on top."""
    import keras

    class Shift(keras.layers.Layer):
        def build(self, shape: tuple[int, ...]) -> None:
            self.vector = self.add_weight(shape=(shape[1], 1, shape[3]), name="vector")

        def call(self, inputs: Any) -> Any:
            return inputs + self.vector

    return Shift()(x)


def _constant(x: Any, values: np.ndarray) -> Any:
    """`values` as part of the graph of `x`, so that what is made of them is, too."""
    import keras

    class Constant(keras.layers.Layer):
        def call(self, inputs: Any) -> Any:
            return keras.ops.convert_to_tensor(values)

    return Constant()(x)


def _relative(scores: Any) -> Any:
    """Scores (1, heads, T, 2T - 1) by distance, to (1, heads, T, T) by place."""
    from keras import ops

    _, heads, length, distances = scores.shape
    x = ops.pad(scores, ((0, 0), (0, 0), (0, 0), (1, 0)))
    x = ops.reshape(x, (1, heads, distances + 1, length))[:, :, 1:]
    return ops.reshape(x, scores.shape)[..., :length]


def _places(length: int) -> Any:
    """(1, 2T - 1, width) float32, from far behind to far ahead: waves of many lengths."""
    distances = np.arange(length - 1, -length, -1)[:, np.newaxis]
    angles = distances / 10000 ** (np.arange(0, WIDTH, 2) / WIDTH)
    waves = np.stack([np.sin(angles), np.cos(angles)], axis=-1)
    return waves.reshape(1, 2 * length - 1, WIDTH).astype(np.float32)


PEER = Network(
    paper="Ma, Haliassos, Fernandez-Lopez, Chen, Petridis, Pantic, 2023, ICASSP",
    window=WINDOW,
    build=build,
    modes=("none", "dynamic"),
    without="the decoder of six transformer layers, the beam search and its language model",
)
