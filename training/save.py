"""The trained network as a file: `.h5` or `.keras`, manifest and calibration stacks inside."""

import io
import zipfile
from pathlib import Path

import h5py
import keras
import numpy as np

from converter.load import CALIBRATION, MANIFEST, STEPS
from converter.seal import seal
from edge_lip.files import replacing
from edge_lip.model import Manifest

from .encoders import Backbone, behind, build_encode
from .network import join
from .recipe import Recipe
from .tasks import Task


def plain_halves(
    recipe: Recipe,
    task: Task,
    encode: keras.Model,
    decode: keras.Model,
    backbone: Backbone | None = None,
) -> tuple[keras.Model, keras.Model]:
    """Copies in float32 and of Keras' own layers only, whatever they were trained in; `encode`
    with the backbone before it, where there is one."""
    plain = build_encode(recipe)
    plain.set_weights(encode.get_weights())
    same = task.build_decode(decode.input_shape[-1])
    same.set_weights(decode.get_weights())
    return behind(backbone, plain) if backbone else plain, same


def save_model(
    path: Path, encode: keras.Model, decode: keras.Model, manifest: Manifest, stacks: np.ndarray
) -> None:
    """Write plain halves to `path` (.h5 or .keras), all at once.

    `stacks`: (N, height, width, frames) float32, what `encode` sees in practice; the converter
    quantizes by them. Raises EdgeLipError when nothing can be written there.
    """
    model = join(encode, decode)
    steps = np.clip(np.rint(stacks * STEPS), -127, 127).astype(np.int8)
    attach = _attach_h5 if path.suffix == ".h5" else _attach_keras
    with replacing(path) as temporary:
        model.save(temporary)
        attach(temporary, manifest.to_json(), steps)
        seal(temporary)


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
