"""The trained network as a file: `.h5` or `.keras`, manifest and calibration stacks inside."""

import io
import zipfile
from pathlib import Path

import h5py
import keras
import numpy as np
from keras import layers

from edge_lip.model.manifest import Manifest
from edge_lip.system.files import replacing
from training.trained.checksum import seal
from training.trained.trained import CALIBRATION, MANIFEST, STEPS


def join(encode: keras.Model, decode: keras.Model) -> keras.Model:
    """One model to save: `stacks` (T, height, width, frames) → what `decode` gives.

    `TimeDistributed` is the joint that both file formats restore without code of ours. It is not
    for training: it is slow, and updates batch statistics once per frame.
    """
    stacks = keras.Input((None, *encode.input_shape[1:]), name="stacks")
    features = layers.TimeDistributed(encode, name="encode")(stacks)
    return keras.Model(stacks, decode(features), name="edge_lip")


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
