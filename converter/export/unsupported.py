"""What can't be converted, said before TensorFlow is asked: it dies of some of it, of the rest it
says much, and not which layer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from edge_lip.errors import ModelError

from .fused_lstm import directions, masked, obstacle
from .modes import MODES
from .quantize import NEAREST, PLANS, mode_of

FRAMES: Final = (
    "TFLite has no such operator: pool every frame by itself, with TimeDistributed({}2D)"
)
MISSING: Final = {
    "MaxPooling3D": FRAMES.format("MaxPooling"),
    "AveragePooling3D": FRAMES.format("AveragePooling"),
    "AdaptiveMaxPooling3D": FRAMES.format("AdaptiveMaxPooling"),
    "AdaptiveAveragePooling3D": FRAMES.format("AdaptiveAveragePooling"),
}
"""Layers that can't be converted in any mode, and what to use instead."""

FLOAT: Final = "TFLite computes it in float only: stack the frames as channels and use {}"
FLOAT_ONLY: Final = {
    "Conv3D": FLOAT.format("Conv2D"),
    "Conv3DTranspose": FLOAT.format("Conv2DTranspose"),
}
"""Layers that can't be stored with integer activations, and what to use instead."""

EIGHT_BITS: Final = (
    "LayerNormalization",
    "RMSNormalization",
    "GroupNormalization",
    "UnitNormalization",
    "ELU",
)
"""Layers of which TFLite has operators for 8 bits, but not for 16."""
EIGHT_BIT_ACTIVATIONS: Final = ("elu", "selu", "hard_silu", "hard_swish")

LOOP: Final = "it becomes a loop over time, which TensorFlow can't quantize in full"
LOOPS: Final = ("GRU", "SimpleRNN", "RNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")
"""Recurrent layers that TFLite has no integer operator for."""


@dataclass(frozen=True)
class Objection:
    """Why one layer can't be converted."""

    layer: str
    """Its name and kind."""
    reason: str


def check_layers(parts: Mapping[str, Any], plan: str) -> None:
    """Raise `ModelError`, in one line that names the layers and the nearest way out, unless the
    Keras models `parts`, by signature, can be stored by one of
    `converter.export.quantize.PLANS`."""
    for name, part in parts.items():
        mode = mode_of(PLANS[plan], name)
        found = objections(part, mode)
        if not found:
            continue
        # The rest may have other reasons; they will be told when these are dealt with.
        reason = found[0].reason
        layers = ", ".join(dict.fromkeys(one.layer for one in found if one.reason == reason))
        way = nearest(parts, plan)
        raise ModelError(
            f"'{name}' can't be converted to {mode} because of {layers}: {reason}"
            + (f"; or choose --quantize {way}" if way else "")
        )


def nearest(parts: Mapping[str, Any], plan: str) -> str:
    """The next plan against which nothing stands; empty when there is none."""
    while plan := NEAREST.get(plan, ""):
        modes = {name: mode_of(PLANS[plan], name) for name in parts}
        if not any(objections(part, modes[name]) for name, part in parts.items()):
            break
    return plan


def objections(part: Any, mode: str) -> list[Objection]:
    """What stands against storing a part of a model in a mode, layer by layer."""
    blind = masked(part)
    found = []
    for label, layer in _walk(part):
        if reason := _obstacle(layer, mode, blind):
            found.append(Objection(f"{label} ({type(layer).__name__})", reason))
    return found


def _obstacle(layer: Any, mode: str, blind: bool) -> str:
    kind = type(layer).__name__
    if kind in MISSING:
        return MISSING[kind]
    if not MODES[mode].calibrated:
        return ""
    if kind in FLOAT_ONLY:
        return FLOAT_ONLY[kind]
    if mode == "int16x8" and _only_in_8_bits(layer):
        return "TFLite has it in 8 bits, but not in 16"
    if getattr(layer, "unroll", False):  # no loop, but many small products
        return ""
    if kind in LOOPS:
        return LOOP
    if directions(layer) and not MODES[mode].fused:
        return f"TFLite has no LSTM for {mode}"
    if directions(layer) and blind:
        return "TFLite's LSTM knows no masks"
    return obstacle(layer)


def _only_in_8_bits(layer: Any) -> bool:
    activation = getattr(getattr(layer, "activation", None), "__name__", "")
    return type(layer).__name__ in EIGHT_BITS or activation in EIGHT_BIT_ACTIVATIONS


def _walk(part: Any) -> Iterator[tuple[str, Any]]:
    """Every layer that its author named, with that name; in a wrapper's place what it repeats."""
    for layer in part.layers:
        for inner in _unwrap(layer):
            if hasattr(inner, "layers"):
                yield from _walk(inner)
            else:
                yield f"'{layer.name}'", inner


def _unwrap(layer: Any) -> Iterator[Any]:
    import keras

    if isinstance(layer, keras.layers.Bidirectional):
        yield layer.forward_layer
        yield layer.backward_layer
    elif isinstance(layer, keras.layers.Wrapper):
        yield from _unwrap(layer.layer)
    else:
        yield layer
