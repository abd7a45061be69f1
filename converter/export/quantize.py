"""How a part of a model is stored: each mode sets up TensorFlow's converter for it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from edge_lip.errors import UsageError
from edge_lip.model.manifest import Quantization

Samples = Sequence[np.ndarray] | np.ndarray
"""What a part sees in practice, each with a batch of one."""


@dataclass(frozen=True)
class Mode:
    """One way to store the weights and to compute."""

    configure: Callable[[Any], None]
    """Sets a `tf.lite.TFLiteConverter`, without what every mode has in common."""
    calibrated: bool = False
    """Whether the activations are integers, whose ranges have to be measured."""
    fused: bool = False
    """Whether LSTMs have to become one operator each (see `converter.export.fused_lstm`)."""


def _none(converter: Any) -> None:
    """float32 throughout."""


def _dynamic(converter: Any) -> None:
    """8-bit weights, activations in float32: no calibration needed."""
    import tensorflow as tf

    converter.optimizations = [tf.lite.Optimize.DEFAULT]


def _float16(converter: Any) -> None:
    """16-bit weights, widened to float32 when the model is loaded."""
    import tensorflow as tf

    _dynamic(converter)
    converter.target_spec.supported_types = [tf.float16]


def _int8(converter: Any) -> None:
    """Full int8: weights and activations."""
    import tensorflow as tf

    _dynamic(converter)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]


def _int16x8(converter: Any) -> None:
    """8-bit weights, 16-bit activations."""
    import tensorflow as tf

    _dynamic(converter)
    converter.target_spec.supported_ops = [
        tf.lite.OpsSet.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8
    ]


MODES: Final[dict[str, Mode]] = {
    "none": Mode(_none),
    "float16": Mode(_float16),
    "dynamic": Mode(_dynamic),
    "int8": Mode(_int8, calibrated=True, fused=True),
    "int16x8": Mode(_int16x8, calibrated=True),
}
"""Of one part."""

DEFAULT: Final = "mixed"
PLANS: Final[dict[str, Quantization]] = {
    **{name: Quantization(name, name) for name in MODES},
    DEFAULT: Quantization(encode="int8", decode="dynamic"),
}
"""Of a file."""
ALL: Final = "all"

NEAREST: Final = {
    "float16": "none",
    "dynamic": "float16",
    "mixed": "dynamic",
    "int8": "mixed",
    "int16x8": "int8",
}
"""The plan to fall back on: the next that asks less of a network."""


def expand(names: Sequence[str]) -> tuple[str, ...]:
    """The plans that are meant, "all" among them, each once and in the order of `PLANS`."""
    return tuple(name for name in PLANS if name in names or ALL in names)


def plan(name: str) -> Quantization:
    """The plan called `name`; raises `UsageError` when there is none."""
    if name not in PLANS:
        raise UsageError(f"there is no quantization '{name}'; there are: {', '.join(PLANS)}")
    return PLANS[name]


def mode_of(quantization: Quantization, part: str) -> str:
    """The mode of a part of a file. A network that is one graph has its recurrent layers inside,
    and is stored as `decode` would be."""
    return quantization.encode if part == "encode" else quantization.decode


def configure(
    converter: Any,
    mode: str,
    samples: Samples = (),
    bounds: tuple[float, float] | None = None,
    per_channel: bool = False,
) -> None:
    """Set up a `tf.lite.TFLiteConverter` for a mode.

    `samples` are what the ranges of activations are measured on, where the mode needs that.
    `bounds`: the least and the greatest number the input can be; with them an int8 network takes
    int8, else float32. `per_channel`: one scale for each output of a dense layer, not one for all;
    then it gets an operator version that tflite-runtime 2.14 lacks.
    """
    import tensorflow as tf

    MODES[mode].configure(converter)
    if mode == "none":
        return
    converter._experimental_disable_per_channel_quantization_for_dense_layers = not per_channel
    if not MODES[mode].calibrated:
        return
    if bounds is not None:
        # The input's range is measured as well. Two pixels make it what it can be.
        first = samples[0].copy()
        first.flat[0], first.flat[-1] = bounds
        samples = [first, *samples[1:]]
        if mode == "int8":
            converter.inference_input_type = tf.int8

    def represent() -> Iterator[list[np.ndarray]]:
        for sample in samples:
            yield [sample]

    converter.representative_dataset = represent
