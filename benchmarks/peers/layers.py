"""Parts that several peers share, in Keras, with the frames of one clip as the batch.

A convolution over five frames is written as one over two dimensions on five channels, which is the
same: TFLite runs that much faster.
"""

from collections.abc import Sequence
from typing import Any

Tensor = Any


def stem(clip: Tensor, frames: int, filters: int, activation: str) -> Tensor:
    """5x7x7 convolution, every second pixel, then the largest of 3x3: (1, frames, H, W, 1) to
    (frames, H/4, W/4, filters)."""
    from keras import layers, ops

    grey = ops.pad(clip[0, ..., 0], ((2, 2), (0, 0), (0, 0)))
    size = (frames, *grey.shape[1:])
    x = ops.stack([ops.slice(grey, (place, 0, 0), size) for place in range(5)], axis=-1)
    x = layers.ZeroPadding2D(3)(x)
    x = layers.Conv2D(filters, 7, strides=2, use_bias=False)(x)
    x = active(layers.BatchNormalization()(x), activation)
    return layers.MaxPooling2D(3, strides=2)(layers.ZeroPadding2D(1)(x))


def active(x: Tensor, activation: str) -> Tensor:
    """`x` through "swish", "relu" or "prelu" with a slope for each channel."""
    from keras import layers

    if activation == "prelu":
        axes = list(range(1, len(x.shape) - 1))
        return layers.PReLU(shared_axes=axes)(x)
    return layers.Activation(activation)(x)


def resnet18(x: Tensor, activation: str) -> Tensor:
    """Its four stages of two blocks each (He et al., 2016), and the mean over the picture."""
    from keras import layers

    for stage, filters in enumerate((64, 128, 256, 512)):
        for block in range(2):
            stride = 2 if stage and not block else 1
            short = x
            if stride == 2:
                short = layers.Conv2D(filters, 1, strides=2, use_bias=False)(x)
                short = layers.BatchNormalization()(short)
            x = _three(x, filters, stride)
            x = _three(active(x, activation), filters, 1)
            x = active(layers.Add()([x, short]), activation)
    return layers.GlobalAveragePooling2D()(x)


def tcn(x: Tensor, channels: int, kernels: Sequence[int], levels: int, activation: str) -> Tensor:
    """Residual blocks of two dilated convolutions over time (Bai et al., 2018), each in as many
    branches as there are `kernels` (Martinez et al., 2020): (1, frames, features)."""
    from keras import layers

    for level in range(levels):
        short = x
        for _ in range(2):
            branches = []
            for kernel in kernels:
                branch = layers.Conv1D(
                    channels // len(kernels), kernel, padding="same", dilation_rate=2**level
                )(x)
                branches.append(active(layers.BatchNormalization()(branch), activation))
            x = layers.Concatenate()(branches) if len(branches) > 1 else branches[0]
        if len(kernels) > 1 or short.shape[-1] != channels:  # with branches in every block
            short = layers.Conv1D(channels, 1)(short)
        x = active(layers.Add()([x, short]), activation)
    return x


def _three(x: Tensor, filters: int, stride: int) -> Tensor:
    from keras import layers

    x = layers.ZeroPadding2D(1)(x)
    x = layers.Conv2D(filters, 3, strides=stride, use_bias=False)(x)
    return layers.BatchNormalization()(x)
