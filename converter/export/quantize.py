"""How a file is stored: a mode for each of its parts, and what TensorFlow is told for one."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from edge_lip.model.manifest import Quantization
from edge_lip.registry import find

from .modes import ALL, DEFAULT, MODES

Samples = Sequence[Mapping[str, np.ndarray]]
"""What a part sees in practice: its inputs by name and in its order, each with a batch of one."""
Bounds = Mapping[str, tuple[float, float]]
"""The least and the greatest number an input can be, where that is known."""
NO_BOUNDS: Final[Bounds] = MappingProxyType({})


PLANS: Final[dict[str, Quantization]] = {
    **{name: Quantization(name, name) for name in MODES},
    DEFAULT: Quantization(encode="int8", decode="dynamic"),
}
"""Of a file."""

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
    return find(PLANS, name, "there is no quantization")


def mode_of(quantization: Quantization, part: str) -> str:
    """The mode of a part of a file. A network that is one graph has its recurrent layers inside,
    and is stored as `decode` would be."""
    return quantization.encode if part == "encode" else quantization.decode


def configure(
    converter: Any,
    mode: str,
    samples: Samples = (),
    bounds: Bounds = NO_BOUNDS,
    per_channel: bool = False,
) -> None:
    """Set up a `tf.lite.TFLiteConverter` for a mode.

    `samples` are what the ranges of activations are measured on, where the mode needs that. With
    `bounds` an int8 network takes int8, else float32. `per_channel`: one scale for each output of a
    dense layer, not one for all; then it gets an operator version that tflite-runtime 2.14 lacks.
    """
    import tensorflow as tf

    MODES[mode].configure(converter)
    if mode == "none":
        return
    converter._experimental_disable_per_channel_quantization_for_dense_layers = not per_channel
    if not MODES[mode].calibrated:
        return
    if bounds:
        # The input's range is measured as well. Two pixels make it what it can be.
        first = dict(samples[0])
        for name, (low, high) in bounds.items():
            first[name] = first[name].copy()
            first[name].flat[0], first[name].flat[-1] = low, high
        samples = [first, *samples[1:]]
        if mode == "int8":
            converter.inference_input_type = tf.int8

    def represent() -> Iterator[list[np.ndarray]]:
        for sample in samples:
            yield list(sample.values())

    converter.representative_dataset = represent
