"""Normalization while a network is trained: of a batch over the whole of it, whoever has which
share, and of an utterance over what is no padding.

For training only: the saved model has Keras' own layers with the same weights. Keras has one that
looks at all shares (`synchronized`), but takes the variance for the difference of two large
numbers, and has no fused kernel.
"""

from typing import Any

import tensorflow as tf
from keras import layers

from ..jobs import replicas


def batch_normalization(training_precision: str | None) -> type[layers.BatchNormalization]:
    """What normalizes vectors in a network to train, or in the plain one (None)."""
    return JointBatchNormalization if training_precision else layers.BatchNormalization


class MaskedSubtract(layers.Subtract):
    """Keras' layer, with the mask of what is subtracted from: Keras passes none on where what is
    subtracted has none."""

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        return mask[0] if mask else None


class MaskedGroupNormalization(layers.GroupNormalization):
    """Keras' layer without scale and centre, for features (B, T, F); where frames are masked, with
    the statistics of the others."""

    def call(self, inputs: Any, mask: Any = None) -> Any:
        if mask is None:
            return super().call(inputs)
        length = tf.shape(inputs)[1]
        size = inputs.shape[-1] // self.groups
        grouped = tf.reshape(inputs, (-1, length, self.groups, size))
        seen = tf.cast(mask, inputs.dtype)[:, :, tf.newaxis, tf.newaxis]
        count = size * tf.reduce_sum(seen, axis=1, keepdims=True)

        def mean(values: tf.Tensor) -> tf.Tensor:
            return tf.reduce_sum(values * seen, axis=(1, 3), keepdims=True) / count

        away = grouped - mean(grouped)
        normal = away * tf.math.rsqrt(mean(tf.square(away)) + self.epsilon)
        return tf.reshape(normal, tf.shape(inputs))


class JointBatchNormalization(layers.BatchNormalization):
    """Keras' layer; where replicas share a batch, with the statistics of all of it."""

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        if not training or replicas.count() == 1:
            return super().call(inputs, training=training, mask=mask)
        outputs, mean, variance, _ = _normalize_jointly(inputs, *self._scales(), self.epsilon)
        self._remember(mean, variance)
        return outputs

    def _scales(self) -> tuple[tf.Tensor, tf.Tensor]:
        return tf.convert_to_tensor(self.gamma.value), tf.convert_to_tensor(self.beta.value)

    def _remember(self, mean: tf.Tensor, variance: tf.Tensor) -> None:
        if not replicas.is_first():
            return
        share = 1 - self.momentum
        for kept, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
            before = tf.convert_to_tensor(kept.value)
            kept.assign(before + share * (new - before))


class FusedBatchNormalization(JointBatchNormalization):
    """The same of pictures, through TensorFlow's fused kernel: a third of an epoch's time on a CPU.
    The variance that it remembers is that of a sample (n - 1)."""

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        # The kernel wants its vectors in float32 whatever the precision of the picture.
        gamma, beta = self._scales()
        if not training:
            mean, variance = (
                tf.convert_to_tensor(v.value) for v in (self.moving_mean, self.moving_variance)
            )
            return _fused(inputs, gamma, beta, self.epsilon, mean, variance)[0]
        if replicas.count() == 1:
            outputs, mean, variance = _fused(inputs, gamma, beta, self.epsilon)
        else:
            outputs, mean, variance, count = _normalize_jointly(inputs, gamma, beta, self.epsilon)
            variance *= count / tf.maximum(count - 1.0, 1.0)
        self._remember(mean, variance)
        return outputs


def _fused(
    inputs: tf.Tensor,
    gamma: tf.Tensor,
    beta: tf.Tensor,
    epsilon: float,
    mean: tf.Tensor | None = None,
    variance: tf.Tensor | None = None,
) -> Any:
    """(N, H, W, C) normalized, with its own statistics where none are given, and these: (C,) mean
    and variance of a sample."""
    return tf.compat.v1.nn.fused_batch_norm(
        inputs, gamma, beta, mean, variance, epsilon, is_training=mean is None
    )


def _normalize_jointly(
    inputs: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: float
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]:
    """This replica's share (N, ..., C), normalized with the statistics of all shares; these, (C,)
    mean and variance, and of how many values they are."""

    @tf.custom_gradient
    def normalize(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) -> Any:
        mine = tf.cast(tf.size(x) / tf.shape(x)[-1], tf.float32)
        _, mean, variance = _fused(x, gamma, beta, epsilon)
        variance *= (mine - 1.0) / mine
        count = replicas.total(mine)
        middle = replicas.total(mine * mean) / count
        spread = replicas.total(mine * (variance + tf.square(mean - middle))) / count
        outputs = _fused(x, gamma, beta, epsilon, middle, spread)[0]

        def gradient(upstream: tf.Tensor, *_: Any) -> tuple[tf.Tensor, ...]:
            # As if the statistics were constants, by the kernel; then what x does by way of them.
            straight, of_gamma, of_beta, *_ = tf.raw_ops.FusedBatchNormGradV3(
                y_backprop=upstream,
                x=x,
                scale=gamma,
                reserve_space_1=middle,
                reserve_space_2=spread,
                reserve_space_3=middle,
                epsilon=epsilon,
                is_training=False,
            )
            inverse = tf.math.rsqrt(spread + epsilon)
            slope = -gamma * inverse * inverse * replicas.total(of_gamma) / count
            level = -gamma * inverse * replicas.total(of_beta) / count - slope * middle
            by_way = tf.cast(x, tf.float32) * slope + level
            return straight + tf.cast(by_way, x.dtype), of_gamma, of_beta

        return (outputs, middle, spread, count), gradient

    pictures = (
        tf.reshape(inputs, (-1, 1, 1, inputs.shape[-1])) if len(inputs.shape) == 2 else inputs
    )
    outputs, *statistics = normalize(pictures, gamma, beta)
    mean, variance, count = map(tf.stop_gradient, statistics)
    return tf.reshape(outputs, tf.shape(inputs)), mean, variance, count
