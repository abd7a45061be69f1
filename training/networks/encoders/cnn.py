"""The project's own encoder: a small 2-D CNN over each crop and its neighbours in time."""

from typing import Any

import keras
from keras import layers

from edge_lip.model.network import STACK

from ...recipes.recipe import Recipe
from ..normalization import FusedBatchNormalization, batch_normalization
from .shape import stack_shape


def build_cnn(recipe: Recipe, training_precision: str | None = None) -> keras.Model:
    """`stack` (height, width, frames) float32, normalized crops → `features` (features,) float32.
    With depth, twice as many channels.

    All strided convolutions with batch normalization and ReLU: they fold into full-int8 kernels
    that every TFLite delegate has. The 6x6 stem with stride 4 sees what two 3x3 layers would and
    never writes a large activation, which is what training time on a CPU is made of.

    `training_precision`: build the variant to train ("float32" or "mixed_bfloat16"), with fused
    normalization; its weights fit the plain one's, in the same order.
    """
    net = recipe.network
    dtype = training_precision or "float32"
    normalize = FusedBatchNormalization if training_precision else layers.BatchNormalization

    def convolve(x: Any, channels: int, kernel: int, stride: int, relu: bool = True) -> Any:
        x = layers.Conv2D(
            channels, kernel, strides=stride, padding="same", use_bias=False, dtype=dtype
        )(x)
        x = normalize(dtype=dtype)(x)
        return layers.ReLU(dtype=dtype)(x) if relu else x

    x = stack = keras.Input(stack_shape(recipe), name=STACK)
    x = convolve(x, net.channels[0], kernel=6, stride=4)
    for channels in net.channels[1:-1]:
        x = convolve(x, channels, kernel=3, stride=2)
        x = layers.Add(dtype=dtype)([x, convolve(x, channels, kernel=3, stride=1, relu=False)])
        x = layers.ReLU(dtype=dtype)(x)
    x = convolve(x, net.channels[-1], kernel=3, stride=2)
    x = layers.Dropout(net.dropout / 2, dtype=dtype)(layers.Flatten(dtype=dtype)(x))
    x = layers.Dense(net.features, use_bias=False, dtype=dtype)(x)
    x = batch_normalization(training_precision)(dtype="float32")(x)
    return keras.Model(stack, layers.ReLU(name="features", dtype="float32")(x), name="encode")
