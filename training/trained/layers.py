"""The layers in a model's config: those that Keras 3 does not have are named before it fails."""

from collections.abc import Iterator
from typing import Any, Final

from edge_lip.errors import ModelError

NETWORKS: Final = ("Functional", "Model", "Sequential", "InputLayer")
WAYS_OUT: Final = {
    "Lambda": "its Python code can't be taken from a file: use a layer of Keras in its place",
    "CuDNNLSTM": "build the network with LSTM, give it these weights and save it again",
    "CuDNNGRU": "build the network with GRU(reset_after=True), give it these weights and save it "
    "again",
    "TFOpLambda": "it calls a TensorFlow function: use a layer of Keras in its place",
    "SlicingOpLambda": "it slices a tensor: use Cropping1D or another layer of Keras in its place",
}
CUSTOM: Final = "Keras has no such layer: replace it with those it is made of and save it again"


def check_layers(config: Any) -> None:
    """Raise `ModelError` when the model of this config has a layer that only its author has."""
    import keras

    for layer in walk(config):
        kind = str(layer["class_name"])
        known = kind in NETWORKS or hasattr(keras.layers, kind)
        own = str(layer.get("module")).startswith("keras.src")  # operations that are no layers
        if kind in WAYS_OUT or not (known or own):
            name = layer["config"].get("name", "?")
            raise ModelError(
                f"the layer '{name}' ({kind}) can't be loaded: {WAYS_OUT.get(kind, CUSTOM)}"
            )


def walk(config: Any) -> Iterator[dict[str, Any]]:
    """The configs of a network and of all layers in it, wrapped and nested ones too.

    Of either dialect: {"class_name": …, "config": {…}}. Raises `ModelError` for anything else.
    """
    inner = config.get("config") if isinstance(config, dict) else None
    if not isinstance(inner, dict) or "class_name" not in config:
        raise ModelError("its network is not described as Keras describes one")
    yield config
    for key in ("layers", "cells"):
        for layer in inner.get(key) or ():
            yield from walk(layer)
    for key in ("layer", "forward_layer", "backward_layer", "cell"):
        if inner.get(key) is not None:
            yield from walk(inner[key])
