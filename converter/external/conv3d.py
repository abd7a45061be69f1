"""Layers over clips as layers over pictures, which TFLite has for every kind of number.

TFLite has no pooling in three dimensions, and convolves in three in float only. Both are the same
as something in two: a convolution over time and space is one over space of every frame with its
neighbours stacked as channels, and pooling over both is pooling over space, then over time. Of
what `TimeDistributed` does with a frame, Keras' graph has a copy for each of them; one for all
together is enough.
"""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops

from .split import same_output


def planar(model: Any, example: np.ndarray) -> Any:
    """`model` (Keras, a fixed number of frames) with its Conv3D, MaxPooling3D, AveragePooling3D
    and TimeDistributed replaced by layers of the same names that do the same in two dimensions.

    Those with channels first or in groups stay. So does all of it where the clip `example`
    (1, T, h, w, n) shows a difference.
    """
    if not any(_way(layer) for layer in model._flatten_layers()):
        return model
    replaced = keras.models.clone_model(model, clone_function=_replace, recursive=True)
    return replaced if same_output(model(example), replaced(example)) else model


def _replace(layer: Any) -> Any:
    way = _way(layer)
    return way(layer) if way else layer


def _way(layer: Any) -> Callable[[Any], Any] | None:
    """What takes the place of a layer; None where it stays."""
    if isinstance(layer, keras.layers.TimeDistributed):
        return _PerFrame
    if getattr(layer, "data_format", "") != "channels_last":
        return None
    if isinstance(layer, keras.layers.Conv3D) and layer.groups == 1:
        return _Convolution
    pooling = keras.layers.MaxPooling3D | keras.layers.AveragePooling3D
    return _Pooling if isinstance(layer, pooling) else None


class _PerFrame(keras.layers.Wrapper):
    """Computes what the TimeDistributed `layer` does."""

    def __init__(self, layer: Any) -> None:
        super().__init__(layer.layer, name=layer.name)
        self.supports_masking = True  # which frames are masked is for what comes after

    def call(self, clip: Any, mask: Any = None) -> Any:
        return _over_frames(self.layer, clip)


class _Convolution(keras.layers.Layer):
    """Computes what the Conv3D `layer` does."""

    def __init__(self, layer: Any) -> None:
        super().__init__(name=layer.name)
        self._layer = layer
        kernel, *bias = layer.get_weights()
        depth, height, width, channels, filters = kernel.shape
        self._flat = keras.layers.Conv2D(
            filters,
            (height, width),
            layer.strides[1:],
            layer.padding,
            dilation_rate=layer.dilation_rate[1:],
            activation=layer.activation,
            use_bias=layer.use_bias,
        )
        self._flat.build((None, None, None, depth * channels))
        stacked = np.moveaxis(kernel, 0, 2).reshape(height, width, depth * channels, filters)
        self._flat.set_weights([stacked, *bias])

    def call(self, clip: Any) -> Any:
        layer, frames = self._layer, clip.shape[1]
        taps, stride, dilation = layer.kernel_size[0], layer.strides[0], layer.dilation_rate[0]
        reach = (taps - 1) * dilation + 1
        if layer.padding == "same":
            lack = max((-(-frames // stride) - 1) * stride + reach - frames, 0)
            before = lack // 2
            clip = ops.pad(clip, [(0, 0), (before, lack - before), (0, 0), (0, 0), (0, 0)])
            frames += lack
        end = frames - reach + 1
        shifted = [clip[:, tap : tap + end : stride] for tap in range(0, reach, dilation)]
        return _over_frames(self._flat, ops.concatenate(shifted, -1))


class _Pooling(keras.layers.Layer):
    """Computes what the MaxPooling3D or AveragePooling3D `layer` does."""

    def __init__(self, layer: Any) -> None:
        super().__init__(name=layer.name)
        self._layer = layer

    def call(self, clip: Any) -> Any:
        layer = self._layer
        pool = ops.max_pool if isinstance(layer, keras.layers.MaxPooling3D) else ops.average_pool
        (frames, *size), (step, *strides) = layer.pool_size, layer.strides
        pooled = _over_frames(lambda x: pool(x, size, strides, layer.padding), clip)
        if frames == step == 1:
            return pooled
        _, count, height, width, channels = pooled.shape
        columns = ops.reshape(pooled, (-1, count, height * width, channels))
        columns = pool(columns, (frames, 1), (step, 1), layer.padding)
        return ops.reshape(columns, (-1, columns.shape[1], height, width, channels))


def _over_frames(function: Callable[[Any], Any], clip: Any) -> Any:
    """What `function` makes of pictures (N, ...), of all frames of clips (B, T, ...)."""
    pictures = function(ops.reshape(clip, (-1, *clip.shape[2:])))
    return ops.reshape(pictures, (-1, clip.shape[1], *pictures.shape[1:]))
