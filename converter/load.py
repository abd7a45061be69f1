"""Read a trained model: its two halves, its manifest, its calibration stacks."""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import h5py
import numpy as np

from edge_lip.errors import ModelError
from edge_lip.model.manifest import Manifest

MANIFEST: Final = "edge_lip_manifest"
CALIBRATION: Final = "edge_lip_calibration"
STEPS: Final = 42.0
"""Calibration stacks are stored as int8, this many steps to a standard deviation: ±3 is ±126."""


@dataclass(frozen=True)
class Trained:
    """A trained model with float weights."""

    encode: Any
    """`keras.Model`: stack (h, w, n) → features (F,)."""
    decode: Any
    """`keras.Model`: features (T, F) → a dict: logits (T, C), words (T, W + 1); or labels (L,)."""
    manifest: Manifest
    stacks: np.ndarray | None
    """(N, h, w, n) float32, what `encode` sees in practice; None when the file has none."""


def load(path: Path) -> Trained:
    """Load a `.h5` or `.keras` file of `edge-lip train`; raises `ModelError` when it is not one."""
    read = _reader(path)
    try:
        text, stacks = read(path)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise ModelError(f"{path} is damaged: {_line(error)}") from error
    if text is None:
        raise ModelError(f"{path} carries no manifest: it was not made by edge-lip train")
    manifest = Manifest.from_json(text)
    model = _load_keras(path)
    encode, decode = _half(model, "encode", path), _half(model, "decode", path)
    for half in (encode, decode):
        for layer in half._flatten_layers():
            # A model trained in bfloat16 has float32 weights all the same; TFLite wants its sums
            # in float32 too.
            layer.dtype_policy = "float32"
    return Trained(encode, decode, manifest, stacks)


def read_stacks(path: Path) -> np.ndarray:
    """The only array of an `.npz` file or an `.npy` file: (N, h, w, n), float or int8, as float32.

    Raises `ModelError`.
    """
    try:
        loaded = np.load(path, allow_pickle=False)
        arrays = [loaded[name] for name in loaded] if hasattr(loaded, "files") else [loaded]
    except OSError as error:
        raise ModelError(f"can't read {path}: {_line(error)}") from error
    except (ValueError, zipfile.BadZipFile) as error:
        raise ModelError(f"{path} is not a NumPy file: {_line(error)}") from error
    if len(arrays) != 1 or arrays[0].ndim != 4:
        raise ModelError(f"{path} must hold one array of stacks (N, height, width, frames)")
    return _unpack(arrays[0])


def _reader(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise ModelError(f"can't read {path}: {error.strerror}") from error
    if start == b"\x89HDF\r\n\x1a\n":
        return _read_h5
    if start[:4] == b"PK\x03\x04":
        return _read_keras
    raise ModelError(f"{path} is neither an .h5 nor a .keras file")


def _read_h5(path: Path) -> tuple[str | None, np.ndarray | None]:
    with h5py.File(path, "r") as file:
        version = _text(file.attrs.get("keras_version", ""))
        if version and version < "3":
            raise ModelError(
                f"{path} was saved by Keras {version}, and Keras 3 can't read that: train it again"
            )
        if "model_config" not in file.attrs:
            raise ModelError(f"{path} holds weights without a network, or no Keras model at all")
        stacks = file[CALIBRATION][()] if CALIBRATION in file else None
        text = file.attrs.get(MANIFEST)
    return None if text is None else _text(text), None if stacks is None else _unpack(stacks)


def _read_keras(path: Path) -> tuple[str | None, np.ndarray | None]:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if "model.weights.h5" not in names:
            raise ModelError(f"{path} is an archive, but not a Keras model")
        text = archive.read(f"{MANIFEST}.json") if f"{MANIFEST}.json" in names else None
        stored = archive.read(f"{CALIBRATION}.npy") if f"{CALIBRATION}.npy" in names else None
    stacks = None if stored is None else np.load(io.BytesIO(stored), allow_pickle=False)
    return None if text is None else _text(text), None if stacks is None else _unpack(stacks)


def _load_keras(path: Path) -> Any:
    import keras

    suffix = ".h5" if _reader(path) is _read_h5 else ".keras"
    if path.suffix.lower() != suffix:  # Keras goes by the name alone
        raise ModelError(f"{path} is a {suffix} file: give it that ending")
    try:
        return keras.saving.load_model(path, compile=False)
    except Exception as error:  # whatever an unreadable layer makes Keras raise
        raise ModelError(f"Keras can't load {path}: {_line(error)}") from error


def _half(model: Any, name: str, path: Path) -> Any:
    try:
        layer = model.get_layer(name)
    except ValueError as error:
        raise ModelError(f"{path} has no sub-model '{name}'") from error
    return getattr(layer, "layer", layer)  # TimeDistributed(encode, name="encode") wraps the model


def _unpack(stacks: np.ndarray) -> np.ndarray:
    values = stacks.astype(np.float32)
    return values / np.float32(STEPS) if stacks.dtype == np.int8 else values


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
