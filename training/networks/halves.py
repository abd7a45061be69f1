"""The network: an encoder of each crop with its neighbours, then a temporal part and a head.

The two halves are models of their own, because the device runs them at different times: `encode`
once per frame (`training.networks.encoders`), `decode` once per utterance.
"""

import math
from collections.abc import Mapping
from typing import Final

import keras
import tensorflow as tf
from keras import layers

from edge_lip.text.classes import Classes

from ..recipes.parts import TEMPORAL
from ..recipes.recipe import NetworkSection
from .heads import HEADS
from .normalization import MaskedGroupNormalization, MaskedSubtract

QUIET: Final = 0.1
"""Variance of features that hardly move, where those of speech have about one."""


def build_decode(
    how: NetworkSection, head: str, classes: Classes, features: int, training: bool = False
) -> keras.Model:
    """The second half: `features` (T, features) float32 → what the `head` gives, by name.
    `training`: one that learns, from padded batches too; the plain one has Keras' own layers."""
    x = entry = keras.Input((None, features), name="features")
    if how.centred:
        subtract = MaskedSubtract if training else layers.Subtract
        x = subtract()([x, layers.GlobalAveragePooling1D(keepdims=True)(x)])
    if how.scaled:
        # The pictures' features and the shape's apart: one of the two may be left out.
        groups = features // math.gcd(features, how.lips)
        normalization = MaskedGroupNormalization if training else layers.GroupNormalization
        x = normalization(groups, epsilon=QUIET, center=False, scale=False)(x)
    outputs = HEADS[head](TEMPORAL[how.temporal].load()(x, how), classes, how.dropout)
    decode = keras.Model(entry, outputs, name="decode")
    decode.supports_masking = True  # its layers do; Keras doubts it of every model
    return decode


def stack_crops(crops: tf.Tensor, near: tf.Tensor) -> tf.Tensor:
    """Each crop with its neighbours as channels.

    `crops`: (N, [2,] h, w), those of all utterances one after the other; `near`: (N, frames) int32,
    which of them are in each stack (see `edge_lip.frontend.stack.neighbours`). Returns
    (N, h, w, frames), with two planes (N, h, w, 2 frames).
    """
    height, width = crops.shape[-2:]
    planes = near.shape[1] if len(crops.shape) == 3 else 2 * near.shape[1]
    stacks = tf.reshape(tf.gather(crops, near), (-1, planes, height, width))
    return tf.transpose(stacks, (0, 2, 3, 1))


def run_halves(
    encode: keras.Model,
    decode: keras.Model,
    inputs: Mapping[str, tf.Tensor],
    lengths: tf.Tensor,
    *,
    uniform: bool,
    training: bool,
) -> dict[str, tf.Tensor]:
    """Both halves: `inputs` of `encode` (N, ...), those of all utterances one after the other;
    `lengths`: (B,) int32, how many each has.

    `encode` never sees padding, which would spoil its batch statistics; `decode` has it masked,
    unless the utterances are `uniform`ly long and there is none.
    """
    features = run_encode(encode, inputs, training=training)
    if uniform:
        shape = (tf.shape(lengths)[0], tf.reduce_max(lengths), encode.output_shape[-1])
        return decode(tf.reshape(features, shape), training=training)
    padded = tf.RaggedTensor.from_row_lengths(features, lengths).to_tensor()
    mask = tf.sequence_mask(lengths, tf.shape(padded)[1])
    return decode(padded, training=training, mask=mask)


def run_encode(
    encode: keras.Model, inputs: Mapping[str, tf.Tensor], *, training: bool
) -> tf.Tensor:
    """The first half: its `inputs` (N, ...), by name → (N, features)."""
    given = [inputs[entry.name] for entry in encode.inputs]
    return encode(given if len(given) > 1 else given[0], training=training)
