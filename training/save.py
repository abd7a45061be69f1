"""The trained network as a file: `.h5` or `.keras`, manifest and calibration stacks inside."""

import io
import os
import zipfile
from pathlib import Path

import h5py
import keras
import numpy as np

from converter.load import CALIBRATION, MANIFEST, STEPS
from edge_lip.errors import DataError
from edge_lip.model import Manifest

from . import network
from .recipe import Recipe


def plain_halves(
    recipe: Recipe, encode: keras.Model, decode: keras.Model
) -> tuple[keras.Model, keras.Model]:
    """Copies in float32 and of Keras' own layers only, whatever they were trained in."""
    plain = network.build_encode(recipe)
    plain.set_weights(encode.get_weights())
    tokens, words = (decode.get_layer(name).units for name in ("logits", "words"))
    same = network.build_decode(recipe, tokens, words - 1)
    same.set_weights(decode.get_weights())
    return plain, same


def save_model(
    path: Path, encode: keras.Model, decode: keras.Model, manifest: Manifest, stacks: np.ndarray
) -> None:
    """Write plain halves to `path` (.h5 or .keras), all at once.

    `stacks`: (N, height, width, frames) float32, what `encode` sees in practice; the converter
    quantizes by them. Raises DataError when nothing can be written there.
    """
    model = network.join(encode, decode)
    steps = np.clip(np.rint(stacks * STEPS), -127, 127).astype(np.int8)
    partial = path.with_name(f".partial-{path.name}")
    try:
        model.save(partial)
        attach = _attach_h5 if path.suffix == ".h5" else _attach_keras
        attach(partial, manifest.to_json(), steps)
        os.replace(partial, path)
    except OSError as error:
        raise DataError(f"can't write {path}: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)


def _attach_h5(path: Path, manifest: str, steps: np.ndarray) -> None:
    with h5py.File(path, "r+") as file:
        file.attrs[MANIFEST] = manifest
        file.create_dataset(CALIBRATION, data=steps, compression="gzip")


def _attach_keras(path: Path, manifest: str, steps: np.ndarray) -> None:
    content = io.BytesIO()
    np.save(content, steps)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{MANIFEST}.json", manifest)
        archive.writestr(f"{CALIBRATION}.npy", content.getvalue())
