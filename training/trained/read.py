"""The file that a training leaves, `model.h5` or `model.keras`, opened again."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import h5py
import numpy as np

from edge_lip.errors import ModelError
from edge_lip.model.manifest import Manifest
from edge_lip.model.network import STACK

from .cause import first_cause
from .checksum import verify_checksum
from .layers import check_layers
from .trained import CALIBRATION, MANIFEST, STEPS, Arrays, Trained, names_of

HDF5: Final = b"\x89HDF\r\n\x1a\n"
ZIP: Final = b"PK\x03\x04"
"""What files begin with."""
CONFIG: Final = "config.json"
METADATA: Final = "metadata.json"
WEIGHTS: Final = "model.weights.h5"
"""What is in a `.keras` file."""


@dataclass(frozen=True)
class Content:
    """What is in a file beside the weights."""

    config: Any
    """Of the network, as Keras describes one."""
    keras_version: str
    """Of who wrote it."""
    manifest: str | None = None
    """JSON; None in a file of others."""
    inputs: Arrays | None = None
    """What the network takes in practice, float32."""


def load(path: Path) -> Trained:
    """Load a model of `edge-lip train`: an `.h5` or `.keras` file with its manifest inside.

    Raises `ModelError` when it is none, damaged, or has something in it that Keras 3 can't load.
    """
    content, manifest = _described(path)
    model = build(path, load_with_keras(content.config))
    encode, decode = _half(model, "encode", path), _half(model, "decode", path)
    inputs = content.inputs and {name: content.inputs[name] for name in names_of(encode)}
    return Trained(encode, decode, manifest, inputs)


def read_manifest(path: Path) -> Manifest:
    """What a model of `edge-lip train` says of itself; its weights are not loaded.

    Raises `ModelError` when it is none, or damaged.
    """
    return _described(path)[1]


def _described(path: Path) -> tuple[Content, Manifest]:
    content = None if path.is_dir() else look(path)  # a folder is a SavedModel of others
    if content is None or content.manifest is None:
        raise ModelError(
            f"{path} carries no manifest: it was not made by edge-lip train. Say what it is with "
            "--describe MODEL.toml"
        )
    return content, Manifest.from_json(content.manifest)


def build(path: Path, load_network: Callable[[Path], Any]) -> Any:
    """The Keras model that `load_network` makes of `path`, all of it in float32 and as it computes
    when it is used, one utterance after the other.

    Raises `ModelError` in one line, whatever that raises.
    """
    try:
        model = load_network(path)
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error
    except Exception as error:  # whatever an unreadable layer makes Keras raise
        raise ModelError(f"Keras can't load {path}: {first_cause(error)}") from error
    for layer in model._flatten_layers():
        # A model trained in bfloat16 has float32 weights all the same; TFLite wants its sums in
        # float32 too.
        layer.dtype_policy = "float32"
        _leave_training(layer)
    return model


def _leave_training(layer: Any) -> None:
    """Take out of a recurrent layer what does nothing, or harm, once it is trained: dropout, whose
    seeds and separate gates would be converted with it, and a state that outlives an utterance."""
    for rate in ("dropout", "recurrent_dropout"):
        if hasattr(layer, "state_size") and isinstance(vars(layer).get(rate), float):
            setattr(layer, rate, 0.0)
    if hasattr(layer, "state_size") and "implementation" in vars(layer):
        layer.implementation = 2  # all gates in one product
    if getattr(layer, "stateful", False):
        layer.stateful = False


def load_with_keras(config: Any) -> Callable[[Path], Any]:
    """Keras' own way for the file whose network has this config."""

    def load_network(path: Path) -> Any:
        import keras

        check_layers(config)
        return keras.saving.load_model(path, compile=False)

    return load_network


def check_file(path: Path) -> bool:
    """Whether a model file has a checksum, without opening it any further.

    Raises `ModelError` when it is of no kind that can be loaded, damaged as far as can be told from
    outside, or can't be read. A folder has none.
    """
    if path.is_dir():
        return False
    start = _start(path)
    if not start.startswith((HDF5, ZIP)):
        raise ModelError(
            f"{path} is neither an .h5 nor a .keras file, nor the folder of a SavedModel"
        )
    return verify_checksum(path)


def look(path: Path) -> Content:
    """What is in an `.h5` or `.keras` file, ours or not; its checksum is right, or there is none.

    Raises `ModelError` for anything else, and what is damaged.
    """
    check_file(path)
    h5 = _start(path).startswith(HDF5)
    try:
        content = _look_into_h5(path) if h5 else _look_into_keras(path)
    except (OSError, ValueError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile) as error:
        raise ModelError(f"{path} is damaged: {first_cause(error)}") from error
    endings = (".h5", ".hdf5") if h5 else (".keras",)
    if path.suffix.lower() not in endings:  # Keras goes by the name alone
        raise ModelError(f"{path} is a {endings[0]} file: give it that ending")
    return content


def _inputs(stored: Arrays) -> Arrays | None:
    """By the inputs' names; None where there are none."""
    return {
        name.removeprefix(CALIBRATION).removeprefix("_") or STACK: unpack_stacks(array)
        for name, array in stored.items()
    } or None


def unpack_stacks(stacks: np.ndarray) -> np.ndarray:
    """Stacks as they are stored, in float32."""
    values = stacks.astype(np.float32)
    return values / np.float32(STEPS) if stacks.dtype == np.int8 else values


def _start(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(8)
    except OSError as error:
        raise ModelError(f"can't read {path}: {error.strerror}") from error


def _look_into_h5(path: Path) -> Content:
    with h5py.File(path, "r") as file:
        if "model_config" not in file.attrs:
            raise ModelError(_without_network(path, file))
        config = json.loads(file.attrs["model_config"])
        version = _text(file.attrs.get("keras_version", ""))
        stored = {name: file[name][()] for name in file if name.startswith(CALIBRATION)}
        text = file.attrs.get(MANIFEST)
    return Content(
        config,
        version,
        None if text is None else _text(text),
        _inputs(stored),
    )


def _without_network(path: Path, file: Any) -> str:
    if "layer_names" in file.attrs or "layers" in file or "model_weights" in file:
        what = "weights without a network: save the whole model, with model.save"
    elif "optimizer_weights" in file:
        what = "the state of an optimizer without a network: save the whole model, with model.save"
    else:
        what = "weights without a network, or no Keras model at all"
    return f"{path} holds {what}"


def _look_into_keras(path: Path) -> Content:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if WEIGHTS not in names or CONFIG not in names:
            raise ModelError(f"{path} is an archive, but not a Keras model")
        config = json.loads(archive.read(CONFIG))
        metadata = json.loads(archive.read(METADATA)) if METADATA in names else {}
        text = archive.read(f"{MANIFEST}.json") if f"{MANIFEST}.json" in names else None
        stored = {
            name.removesuffix(".npy"): np.load(io.BytesIO(archive.read(name)), allow_pickle=False)
            for name in names
            if name.startswith(CALIBRATION) and name.endswith(".npy")
        }
    return Content(
        config,
        str(metadata.get("keras_version", "3")),
        None if text is None else _text(text),
        _inputs(stored),
    )


def _half(model: Any, name: str, path: Path) -> Any:
    try:
        layer = model.get_layer(name)
    except ValueError as error:
        raise ModelError(f"{path} has no sub-model '{name}'") from error
    return getattr(layer, "layer", layer)  # TimeDistributed(encode, name="encode") wraps the model


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
