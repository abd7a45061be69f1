"""The network: a 2-D CNN over each crop and its neighbours, then an LSTM both ways over time.

The two halves are models of their own, because the device runs them at different times: `encode`
once per frame, `decode` once per utterance.
"""

from typing import Any

import keras
import tensorflow as tf
from keras import layers

from .recipe import Recipe


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


def build_encode(recipe: Recipe, training_precision: str | None = None) -> keras.Model:
    """`stack` (height, width, frames) float32, normalized crops → `features` (features,) float32.

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

    x = stack = keras.Input((recipe.crop.height, recipe.crop.width, net.frames), name="stack")
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


def build_decode(recipe: Recipe, tokens: int, words: int) -> keras.Model:
    """`features` (T, features) → `logits` (T, tokens) for CTC and `words` (T, words + 1)."""
    net = recipe.network
    x = features = keras.Input((None, net.features), name="features")
    for _ in range(net.layers):
        x = layers.Dropout(net.dropout)(x)
        x = layers.Bidirectional(layers.LSTM(net.units, return_sequences=True))(x)
    x = layers.Dropout(net.dropout)(x)
    outputs = {"logits": layers.Dense(tokens, name="logits")(x)}
    outputs["words"] = layers.Dense(words + 1, name="words")(x)
    return keras.Model(features, outputs, name="decode")


def join(encode: keras.Model, decode: keras.Model) -> keras.Model:
    """One model to save: `stacks` (T, height, width, frames) → what `decode` gives.

    `TimeDistributed` is the joint that both file formats restore without code of ours. It is not
    for training: it is slow, and updates batch statistics once per frame.
    """
    stacks = keras.Input((None, *encode.input_shape[1:]), name="stacks")
    features = layers.TimeDistributed(encode, name="encode")(stacks)
    return keras.Model(stacks, decode(features), name="edge_lip")


def stack_crops(crops: tf.Tensor, frames: int, ahead: int) -> tf.Tensor:
    """Each crop with its neighbours as channels, oldest first; the ends repeat.

    (B, T, h, w) → (B, T, h, w, frames), as `edge_lip.stacks` does on the device.
    """
    before = [crops[:, :1]] * (frames - 1 - ahead)
    padded = tf.concat([*before, crops, *[crops[:, -1:]] * ahead], axis=1)
    length = tf.shape(crops)[1]
    return tf.stack([padded[:, k : k + length] for k in range(frames)], axis=-1)


def run_halves(
    encode: keras.Model, decode: keras.Model, crops: tf.Tensor, ahead: int, training: bool
) -> dict[str, tf.Tensor]:
    """Both halves on normalized crops (B, T, h, w) float32, with time folded into the batch."""
    height, width, frames = encode.input_shape[1:]
    batch, length = tf.shape(crops)[0], tf.shape(crops)[1]
    stacks = tf.reshape(stack_crops(crops, frames, ahead), (-1, height, width, frames))
    features = encode(stacks, training=training)
    shape = (batch, length, encode.output_shape[-1])
    return decode(tf.reshape(features, shape), training=training)
