"""The dialect of Keras 2 (TensorFlow up to 2.15, tf_keras), in the words of Keras 3.

Keras 3 reads most of it by itself, but stops at arguments that it no longer has. What is left out
here changes nothing that a network computes, or else is refused.
"""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any, Final

import h5py

from edge_lip.errors import ModelError
from training.trained.layers import check_layers, walk

GONE: Final = ("implementation", "ragged", "time_major")
"""How a recurrent layer is computed, and kinds of input that Keras 3 does not have."""


def load_legacy(path: Path) -> Any:
    """The model in an `.h5` file of Keras 2, in Keras 3, with its weights.

    Raises `ModelError`, and whatever Keras does where it can't build it.
    """
    import keras

    with h5py.File(path, "r") as file:
        config = json.loads(file.attrs["model_config"])
    translated = translate(config)
    check_layers(translated)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "model.h5"
        shutil.copyfile(path, copy)
        with h5py.File(copy, "r+") as file:
            file.attrs["model_config"] = json.dumps(translated)
        model = keras.saving.load_model(copy, compile=False)
    with h5py.File(path, "r") as file:
        _check_order(model, file["model_weights"])
    return model


def translate(config: Any) -> Any:
    """`config` of Keras 2, changed in place to one that Keras 3 takes. Raises `ModelError`."""
    if isinstance(config, dict) and isinstance(config.get("config"), list):  # before Keras 2.2.3
        config["config"] = {"name": "sequential", "layers": config["config"]}
    for layer in walk(config):
        inner = layer["config"]
        _check(inner, f"the layer '{inner.get('name', '?')}' ({layer['class_name']})")
        for key in GONE:
            inner.pop(key, None)
        if layer["class_name"] == "Sequential":
            _give_entry(inner["layers"])
        if layer["class_name"] == "Model":
            layer["class_name"] = "Functional"
        if isinstance(inner.get("axis"), list) and len(inner["axis"]) == 1:
            inner["axis"] = inner["axis"][0]
        if "dtype" in inner:  # or a policy of mixed precision; the weights are float32 all the same
            inner["dtype"] = "float32"
    return config


def _check(inner: dict[str, Any], name: str) -> None:
    """Raise `ModelError` for what changes the result and Keras 3 does not have."""
    if inner.get("time_major"):
        raise ModelError(
            f"{name} has time_major=True: build it with time_major=False, save it again"
        )
    if inner.get("ragged"):
        raise ModelError(f"{name} takes ragged tensors: build it for dense ones and save it again")


def _give_entry(layers: list[dict[str, Any]]) -> None:
    """Sequential networks could do without an InputLayer: their first layer had the shape."""
    first = layers[0]["config"] if layers else {}
    shape = first.pop("batch_input_shape", None)
    if shape is None:
        return
    if layers[0]["class_name"] == "InputLayer":
        first["batch_shape"] = shape
    else:
        entry = {"name": f"{first.get('name', 'layer')}_input", "batch_shape": shape}
        layers.insert(0, {"class_name": "InputLayer", "config": entry})


def _check_order(model: Any, stored: Any) -> None:
    """Raise `ModelError` unless every weight went where the file says.

    Keras gives a layer its weights by their order alone, and of a BatchNormalization all have the
    same shape.
    """
    names = {_text(name) for name in stored.attrs.get("layer_names", ())}
    for layer in model.layers:
        if layer.name not in names:
            continue
        written = [_text(name) for name in stored[layer.name].attrs.get("weight_names", ())]
        expected = [weight.name for weight in layer.trainable_weights + layer.non_trainable_weights]
        found = [name.rpartition("/")[2].partition(":")[0] for name in written]
        if found != expected:
            raise ModelError(
                f"the weights of the layer '{layer.name}' are {', '.join(found)}, and Keras 3 "
                f"wants {', '.join(expected)}: save the model with a newer Keras"
            )


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
