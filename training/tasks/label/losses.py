"""What the network is taught: which label an utterance has."""

import tensorflow as tf

from ...jobs import replicas


def label_loss(
    labels: tf.Tensor, weights: tf.Tensor, logits: tf.Tensor, smoothing: float = 0.1
) -> tf.Tensor:
    """Mean cross-entropy of a batch, each utterance counting by its weight.

    `labels`: (B,) int32; `weights`: (B,) float32; `logits`: (B, L) float32. `smoothing`: share of
    the target spread over all labels (Szegedy et al., 2016).
    """
    logs = tf.nn.log_softmax(logits)
    right = tf.gather(logs, labels, batch_dims=1)
    losses = -(1 - smoothing) * right - smoothing * tf.reduce_mean(logs, -1)
    return replicas.mean(weights * losses)
