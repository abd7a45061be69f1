"""What can't be converted, said before TensorFlow is asked: it dies of some of it, of the rest it
says much, and not which layer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from edge_lip.errors import ModelError

from .fused_lstm import directions, masked, obstacle
from .quantize import MODES

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
    instead: str = ""
    """The nearest plan that works, one of `converter.quantize.PLANS`; empty where none does."""


def check_layers(part: Any, name: str, mode: str) -> None:
    """Raise `ModelError`, in one line that names the layers and the way out, unless the Keras model
    `part`, which becomes the signature `name`, can be stored in one of `MODES`."""
    found = objections(part, name, mode)
    if not found:
        return
    first = next((one for one in found if not one.instead), found[0])
    # The rest may have other reasons; they will be told when these are dealt with.
    layers = list(dict.fromkeys(one.layer for one in found if one.reason == first.reason))
    way = f"; or choose --quantize {first.instead}" if first.instead else ""
    raise ModelError(
        f"'{name}' can't be converted to {mode} because of {', '.join(layers)}: {first.reason}{way}"
    )


def objections(part: Any, name: str, mode: str) -> list[Objection]:
    """What stands against storing a part of a model in a mode, layer by layer."""
    blind = masked(part)
    found = []
    for label, layer in _walk(part):
        kind = type(layer).__name__
        said = f"{label} ({kind})"
        if kind in MISSING:
            found.append(Objection(said, MISSING[kind]))
        elif not MODES[mode].calibrated:
            continue
        elif kind in FLOAT_ONLY:
            found.append(Objection(said, FLOAT_ONLY[kind], "dynamic"))
        elif mode == "int16x8" and _only_in_8_bits(layer):
            found.append(Objection(said, "TFLite has it in 8 bits, but not in 16", "int8"))
        elif kind in LOOPS and not getattr(layer, "unroll", False):
            found.append(Objection(said, LOOP, _floating(name)))
        elif directions(layer) and not MODES[mode].fused and not layer.unroll:
            found.append(Objection(said, f"TFLite has no LSTM for {mode}", "int8"))
        elif directions(layer) and not layer.unroll and (reason := _unfit(layer, blind)):
            found.append(Objection(said, reason, _floating(name)))
    return found


def _only_in_8_bits(layer: Any) -> bool:
    activation = getattr(getattr(layer, "activation", None), "__name__", "")
    return type(layer).__name__ in EIGHT_BITS or activation in EIGHT_BIT_ACTIVATIONS


def _unfit(lstm: Any, blind: bool) -> str:
    return "TFLite's LSTM knows no masks" if blind else obstacle(lstm)


def _floating(name: str) -> str:
    """The nearest plan that has a part of a model compute in float."""
    return "dynamic" if name == "encode" else "mixed"


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
