"""The trained network as a file: `.h5` or `.keras`, manifest and calibration stacks inside."""

import io
import zipfile
from pathlib import Path

import h5py
import keras
import numpy as np
from keras import layers

from edge_lip.model.manifest import Manifest
from edge_lip.model.network import STACK
from edge_lip.system.files import replacing
from training.trained.checksum import add_checksum
from training.trained.trained import CALIBRATION, MANIFEST, STEPS, Arrays


def join(encode: keras.Model, decode: keras.Model) -> keras.Model:
    """One model to save: `stacks` (T, height, width, frames) → what `decode` gives.

    `TimeDistributed` is the joint that both file formats restore without code of ours. It is not
    for training: it is slow, and updates batch statistics once per frame. It takes one input: the
    halves of a network with several lie in the model side by side.
    """
    if len(encode.inputs) > 1:
        features = keras.Input(decode.input_shape[1:], name="features")
        both = {"features": encode(encode.inputs), **decode(features)}
        return keras.Model([*encode.inputs, features], both, name="edge_lip")
    stacks = keras.Input((None, *encode.input_shape[1:]), name="stacks")
    features = layers.TimeDistributed(encode, name="encode")(stacks)
    return keras.Model(stacks, decode(features), name="edge_lip")


def save_model(
    path: Path, encode: keras.Model, decode: keras.Model, manifest: Manifest, inputs: Arrays
) -> None:
    """Write plain halves to `path` (.h5 or .keras), all at once.

    `inputs`: what `encode` takes in practice, float32; the converter quantizes by them. Raises
    EdgeLipError when nothing can be written there.
    """
    model = join(encode, decode)
    stored = {
        CALIBRATION if name == STACK else f"{CALIBRATION}_{name}": _small(name, array)
        for name, array in inputs.items()
    }
    attach = _attach_h5 if path.suffix == ".h5" else _attach_keras
    with replacing(path) as temporary:
        model.save(temporary)
        attach(temporary, manifest.to_json(), stored)
        add_checksum(temporary)


def _small(name: str, array: np.ndarray) -> np.ndarray:
    """As it is stored: what is no picture is small anyway."""
    if name != STACK:
        return array.astype(np.float16)
    return np.clip(np.rint(array * STEPS), -127, 127).astype(np.int8)


def _attach_h5(path: Path, manifest: str, steps: Arrays) -> None:
    with h5py.File(path, "r+") as file:
        file.attrs[MANIFEST] = manifest
        for name, array in steps.items():
            file.create_dataset(name, data=array, compression="gzip")


def _attach_keras(path: Path, manifest: str, steps: Arrays) -> None:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{MANIFEST}.json", manifest)
        for name, array in steps.items():
            content = io.BytesIO()
            np.save(content, array)
            archive.writestr(f"{name}.npy", content.getvalue())
