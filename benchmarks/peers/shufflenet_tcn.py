"""ShuffleNet v2 and a TCN, the small ones for the 500 words of LRW."""

from typing import Any

from .layers import active, stem, tcn
from .peer import Network

WINDOW = (29, 88, 88, 1)
WORDS = 500
STAGES = ((116, 4), (232, 8), (464, 4))
"""Channels and blocks, at a width of 1."""
LAST = 1024


def build() -> Any:
    """snv1x_tcn1x: width 1, one branch of 256 channels."""
    import keras
    from keras import layers, ops

    keras.utils.set_random_seed(0)
    clip = keras.Input(WINDOW, batch_size=1)
    x = stem(clip, WINDOW[0], 24, "prelu")
    for channels, blocks in STAGES:
        x = _shuffled(
            layers.Concatenate()([_branch(x, channels // 2, 2), _short(x, channels // 2)])
        )
        for _ in range(blocks - 1):
            left, right = ops.split(x, 2, axis=-1)
            x = _shuffled(layers.Concatenate()([left, _branch(right, channels // 2, 1)]))
    x = layers.GlobalAveragePooling2D()(_point(x, LAST))
    x = tcn(ops.expand_dims(x, 0), 256, (3,), 4, "prelu")
    return keras.Model(clip, layers.Dense(WORDS)(layers.GlobalAveragePooling1D()(x)))


def _branch(x: Any, channels: int, stride: int) -> Any:
    return _point(_depth(_point(x, channels), stride), channels)


def _short(x: Any, channels: int) -> Any:
    return _point(_depth(x, 2), channels)


def _point(x: Any, channels: int) -> Any:
    from keras import layers

    x = layers.Conv2D(channels, 1, use_bias=False)(x)
    return active(layers.BatchNormalization()(x), "relu")


def _depth(x: Any, stride: int) -> Any:
    from keras import layers

    x = layers.DepthwiseConv2D(3, strides=stride, use_bias=False)(layers.ZeroPadding2D(1)(x))
    return layers.BatchNormalization()(x)


def _shuffled(x: Any) -> Any:
    """Channels of both halves in turns."""
    from keras import ops

    frames, height, width, channels = x.shape
    x = ops.reshape(x, (frames, height, width, 2, channels // 2))
    return ops.reshape(ops.transpose(x, (0, 1, 2, 4, 3)), (frames, height, width, channels))


PEER = Network(
    paper="Ma, Martinez, Petridis, Pantic, 2021, ICASSP (snv1x_tcn1x)",
    window=WINDOW,
    build=build,
)
