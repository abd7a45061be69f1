"""The network: an encoder of each crop with its neighbours, then a temporal part and a head.

The two halves are models of their own, because the device runs them at different times: `encode`
once per frame (`training.networks.encoders`), `decode` once per utterance.
"""

import keras
import tensorflow as tf

from edge_lip.text.classes import Classes

from ..recipes.parts import TEMPORAL
from ..recipes.recipe import Network
from .heads import HEADS


def build_decode(how: Network, head: str, classes: Classes, features: int) -> keras.Model:
    """The second half: `features` (T, features) float32 → what the `head` gives, by name."""
    entry = keras.Input((None, features), name="features")
    outputs = HEADS[head](TEMPORAL[how.temporal].load()(entry, how), classes, how.dropout)
    decode = keras.Model(entry, outputs, name="decode")
    decode.supports_masking = True  # its layers do; Keras doubts it of every model
    return decode


def stack_crops(crops: tf.Tensor, lengths: tf.Tensor, frames: int, ahead: int) -> tf.Tensor:
    """Each crop with its neighbours as channels, oldest first; at an utterance's ends it repeats.

    `crops`: (N, [2,] h, w), those of all utterances one after the other; `lengths`: (B,) int32, how
    many each has. Returns (N, h, w, frames), with two planes (N, h, w, 2 frames), as
    `edge_lip.frontend.stack` does on the device.
    """
    first = tf.repeat(tf.cumsum(lengths, exclusive=True), lengths)[:, None]
    last = first + tf.repeat(lengths, lengths)[:, None] - 1
    own = tf.range(tf.shape(crops)[0])[:, None]
    near = own + tf.range(ahead + 1 - frames, ahead + 1)
    stacks = tf.gather(crops, tf.clip_by_value(near, first, last))
    height, width = crops.shape[-2:]
    planes = frames if len(crops.shape) == 3 else 2 * frames
    return tf.transpose(tf.reshape(stacks, (-1, planes, height, width)), (0, 2, 3, 1))


def run_halves(
    encode: keras.Model,
    decode: keras.Model,
    stacks: tf.Tensor,
    lengths: tf.Tensor,
    *,
    uniform: bool,
    training: bool,
) -> dict[str, tf.Tensor]:
    """Both halves: `stacks` (N, ...) of all utterances one after the other, or what else `encode`
    takes; `lengths`: (B,) int32, how many each has.

    `encode` never sees padding, which would spoil its batch statistics; `decode` has it masked,
    unless the utterances are `uniform`ly long and there is none.
    """
    features = encode(stacks, training=training)
    if uniform:
        shape = (tf.shape(lengths)[0], tf.reduce_max(lengths), encode.output_shape[-1])
        return decode(tf.reshape(features, shape), training=training)
    padded = tf.RaggedTensor.from_row_lengths(features, lengths).to_tensor()
    mask = tf.sequence_mask(lengths, tf.shape(padded)[1])
    return decode(padded, training=training, mask=mask)
