"""A file of Keras 2 (TensorFlow up to 2.15, tf_keras) as a network of Keras 3.

Its config is put into the words of Keras 3; then Keras 3 reads it.
"""

import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py

from edge_lip.errors import ModelError
from training.trained.layers import check_layers
from training.trained.read import CONFIG

from .dialect import RENAMED_WEIGHTS, translate


def load_legacy(path: Path, config: Any) -> Any:
    """The model in an `.h5` or `.keras` file of Keras 2, in Keras 3, with its weights.

    `config`: of its network; changed. Raises `ModelError`, and whatever Keras does where it can't
    build it.
    """
    import keras

    check_layers(translate(config))
    with configured(path, config) as copy:
        model = keras.saving.load_model(copy, compile=False)
    if path.suffix.lower() != ".keras":
        with h5py.File(path, "r") as file:
            _check_order(model, file["model_weights"])
    return model


@contextmanager
def configured(path: Path, config: Any) -> Iterator[Path]:
    """A copy of the `.h5` or `.keras` file `path` whose network has the config `config`."""
    with tempfile.TemporaryDirectory() as folder:
        if path.suffix.lower() == ".keras":
            copy = Path(folder) / "model.keras"
            with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w") as new:
                for name in old.namelist():
                    new.writestr(name, json.dumps(config) if name == CONFIG else old.read(name))
        else:
            copy = Path(folder) / "model.h5"
            shutil.copyfile(path, copy)
            with h5py.File(copy, "r+") as file:
                file.attrs["model_config"] = json.dumps(config)
        yield copy


def _check_order(model: Any, stored: Any) -> None:
    """Raise `ModelError` unless every weight went where the file says.

    Keras gives a layer its weights by their order alone, and of a BatchNormalization all have the
    same shape.
    """
    names = {_text(name) for name in stored.attrs.get("layer_names", ())}

    def last(name: str) -> str:
        name = name.rpartition("/")[2].partition(":")[0]
        return RENAMED_WEIGHTS.get(name, name)

    for layer in model.layers:
        if layer.name not in names:
            continue
        written = [_text(name) for name in stored[layer.name].attrs.get("weight_names", ())]
        weights = layer.trainable_weights + layer.non_trainable_weights
        expected, found = [last(one.name) for one in weights], [last(name) for name in written]
        if found != expected:
            raise ModelError(
                f"the weights of the layer '{layer.name}' are {', '.join(found)}, and Keras 3 "
                f"wants {', '.join(expected)}: save the model with a newer Keras"
            )


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
