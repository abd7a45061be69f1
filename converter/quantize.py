"""How a half is stored: each mode sets up TensorFlow's converter for it."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np

from edge_lip.errors import ModelError
from edge_lip.mouth import CLIP


def int8(converter: Any, stacks: np.ndarray) -> None:
    """Full int8: weights, activations and the input; the output stays float32.

    The ranges of the activations are those seen over `stacks` (N, h, w, n).
    """
    import tensorflow as tf

    dynamic(converter, stacks)
    stacks = stacks.copy()
    # The input's range comes from the stacks too. Two pixels make it what the crops' range is.
    stacks[0].flat[0], stacks[0].flat[-1] = -CLIP, CLIP

    def represent() -> Iterator[list[np.ndarray]]:
        for stack in stacks:
            yield [stack[np.newaxis]]

    converter.representative_dataset = represent
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.int8


def dynamic(converter: Any, stacks: np.ndarray) -> None:
    """8-bit weights, activations in float32: no calibration needed."""
    import tensorflow as tf

    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    # With one scale per channel, dense layers get an operator version that tflite-runtime lacks
    # (the only interpreter on 32-bit ARM). Costs 0.1 % of relative error.
    converter._experimental_disable_per_channel_quantization_for_dense_layers = True


Mode = Callable[..., None]

MODES: Final[dict[str, Mode]] = {"int8": int8, "dynamic": dynamic}


def mode(name: str) -> Mode:
    """The quantization called `name`; raises `ModelError` when there is none."""
    if name not in MODES:
        raise ModelError(f"there is no quantization '{name}'; there are: {', '.join(MODES)}")
    return MODES[name]
