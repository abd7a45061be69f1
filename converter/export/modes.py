"""How a part of a model is stored: each mode sets up TensorFlow's converter for it.

Imports nothing heavy: the command line lists them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True)
class Mode:
    """One way to store the weights and to compute."""

    summary: str
    """What it is, in a few words, for the help."""
    configure: Callable[[Any], None]
    """Sets a `tf.lite.TFLiteConverter`, without what every mode has in common."""
    calibrated: bool = False
    """Whether the activations are integers, whose ranges have to be measured."""
    weights: str = "int8"
    """How the weights of products are stored: one of `edge_lip.model.inspect.operators.TYPES`."""
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
    "none": Mode("32-bit floats", _none, weights="float32"),
    "float16": Mode("16-bit weights", _float16, weights="float16"),
    "dynamic": Mode("8-bit weights", _dynamic),
    "int8": Mode("8-bit weights and sums", _int8, calibrated=True, fused=True),
    "int16x8": Mode("8-bit weights, 16-bit sums", _int16x8, calibrated=True),
}
"""Of one part."""

DEFAULT: Final = "mixed"
"""int8 for what runs once per frame, dynamic for what runs once per utterance."""
ALL: Final = "all"

CHOICES: Final = (*MODES, DEFAULT, ALL)
"""What may be asked for a file."""
