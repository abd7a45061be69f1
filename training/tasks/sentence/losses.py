"""What the network is taught: characters in order (CTC), and which word each frame is of."""

import tensorflow as tf

from ...jobs import replicas
from .samples import UNKNOWN


def ctc_loss(tokens: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    """Mean connectionist temporal classification loss (Graves et al., 2006) of a batch.

    `tokens`: (B, L) int32 classes, 0 after the end; `logits`: (B, T, C) float32, class 0 blank.
    """
    batch, length = tf.shape(logits)[0], tf.shape(logits)[1]
    # TensorFlow's kernel refuses who says nothing, for whom every frame is blank.
    silent = tf.reduce_all(tokens == 0, axis=1)
    padded = tf.pad(tokens, [[0, 0], [0, 1]])
    first = tf.where(silent, 1, padded[:, 0])[:, tf.newaxis]
    losses = tf.nn.ctc_loss(
        # Dense labels take a path ten times slower on a CPU.
        tf.sparse.from_dense(tf.concat([first, padded[:, 1:]], axis=1)),
        logits,
        label_length=None,
        logit_length=tf.repeat(length, batch),
        logits_time_major=False,
        blank_index=0,
    )
    blank = -tf.reduce_sum(tf.nn.log_softmax(logits)[..., 0], axis=1)
    return replicas.mean(tf.where(silent, blank, losses))


def word_loss(words: tf.Tensor, logits: tf.Tensor, smoothing: float = 0.1) -> tf.Tensor:
    """Mean cross-entropy of the frame-wise word head over frames whose word is known.

    `words`: (B, T) int32 classes or `UNKNOWN`; `logits`: (B, T, W + 1) float32.
    """
    known = tf.cast(words != UNKNOWN, tf.float32)
    logs = tf.nn.log_softmax(logits)
    right = tf.gather(logs, tf.maximum(words, 0), batch_dims=2)
    losses = -(1 - smoothing) * right - smoothing * tf.reduce_mean(logs, -1)
    return replicas.mean(losses, known)
