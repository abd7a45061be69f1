"""The project's own encoder: a small 2-D CNN over each crop and its neighbours in time."""

from typing import Any

import keras
import tensorflow as tf
from keras import layers

from edge_lip.model.network import STACK

from ...recipes.recipe import Recipe
from .shape import stack_shape


class FusedBatchNormalization(layers.BatchNormalization):
    """The same layer through TensorFlow's fused kernel: a third of an epoch's time on a CPU.

    For training only; the saved model has plain `BatchNormalization` with the same weights.
    """

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        # The kernel wants its vectors in float32 whatever the precision of the picture.
        gamma, beta, mean, variance = (
            tf.convert_to_tensor(v.value)
            for v in (self.gamma, self.beta, self.moving_mean, self.moving_variance)
        )
        if not training:
            return tf.compat.v1.nn.fused_batch_norm(
                inputs, gamma, beta, mean, variance, self.epsilon, is_training=False
            )[0]
        outputs, batch_mean, batch_variance = tf.compat.v1.nn.fused_batch_norm(
            inputs, gamma, beta, epsilon=self.epsilon, is_training=True
        )
        share = 1 - self.momentum
        self.moving_mean.assign(mean + share * (batch_mean - mean))
        self.moving_variance.assign(variance + share * (batch_variance - variance))
        return outputs


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
    x = layers.BatchNormalization(dtype="float32")(x)
    return keras.Model(stack, layers.ReLU(name="features", dtype="float32")(x), name="encode")
