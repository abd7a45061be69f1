"""Devices of one machine that share each batch of a training: TensorFlow's own distribution.

Weights are there once, on the first device. Each replica reads them and works on its share of a
batch on its own device; gradients are summed, and the optimizer goes one step. What is a mean over
a batch has to be one over all its shares: here is how.
"""

import logging
import os
from typing import Any

import tensorflow as tf

from edge_lip.errors import UsageError
from edge_lip.system.say import Say

SUM = tf.distribute.ReduceOp.SUM


def open_replicas(count: int, say: Say) -> tf.distribute.Strategy:
    """`count` GPUs, or where there is none as many parts of the processor: these have to be asked
    for before TensorFlow computes anything. `say` is told which; of one replica only where there
    are more GPUs.

    Raises UsageError where there are not so many.
    """
    gpus = len(tf.config.list_physical_devices("GPU"))
    if count == 1:
        if gpus > 1:
            say(f"one of {gpus} GPUs is used; with --replicas {gpus} they share each batch")
        return tf.distribute.get_strategy()
    there, kind = (gpus, "GPU") if gpus else (os.cpu_count() or 1, "CPU")
    if count > there:
        have = f"{there} GPUs" if gpus else f"no GPU and {there} processor cores"
        raise UsageError(f"--replicas {count}: this machine has {have}")
    if kind == "CPU":
        _part_processor(count)
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # it warns of parts of a processor
    say(f"{count} {'GPUs' if gpus else 'parts of the processor'} share each batch")
    # On every kind of device the same way; what is summed is small.
    return tf.distribute.MirroredStrategy(
        [f"{kind}:{k}" for k in range(count)],
        cross_device_ops=tf.distribute.ReductionToOneDevice(),
    )


def count() -> int:
    """Replicas that share the batch that is being worked on; 1 outside of a training's steps."""
    return int(tf.distribute.get_strategy().num_replicas_in_sync)


def is_first() -> bool:
    """Whether this is the replica that does what is to be done once."""
    number = tf.distribute.get_replica_context().replica_id_in_sync_group
    return bool(tf.get_static_value(number) == 0)


def total(value: tf.Tensor) -> tf.Tensor:
    """The sum of what each replica has; gradients flow back to all of them."""
    return value if count() == 1 else tf.distribute.get_replica_context().all_reduce(SUM, value)


def mean(values: tf.Tensor, weights: tf.Tensor | None = None) -> tf.Tensor:
    """This replica's share of the mean over the whole batch: the sum over all replicas is the mean,
    however many values each has. Weighted with `weights` in their shape; 0 where all are 0."""
    weights = tf.ones_like(values) if weights is None else weights
    return tf.reduce_sum(values * weights) / tf.maximum(total(tf.reduce_sum(weights)), 1.0)


def summed(strategy: tf.distribute.Strategy, found: Any) -> Any:
    """Of what `strategy.run` gave, each tensor as the sum over all replicas."""
    return tf.nest.map_structure(lambda value: strategy.reduce(SUM, value, axis=None), found)


def _part_processor(count: int) -> None:
    (processor,) = tf.config.list_physical_devices("CPU")
    parts = tf.config.get_logical_device_configuration(processor) or []
    if len(parts) >= count:  # of an earlier training of this process
        return
    try:
        tf.config.set_logical_device_configuration(
            processor, [tf.config.LogicalDeviceConfiguration()] * count
        )
    except RuntimeError:
        raise UsageError(
            f"--replicas {count}: TensorFlow has computed in this process before, and can't part "
            "the processor any more"
        ) from None
