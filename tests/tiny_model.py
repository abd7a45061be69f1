"""The network in small, trained on nothing, saved as training saves it and converted once."""

import functools
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from edge_lip.model import Decoding, Manifest, Stack

HEIGHT, WIDTH, FRAMES, FEATURES = 8, 12, 5, 6
MANIFEST = Manifest(
    name="tiny",
    version="1",
    task="sentence",
    fps=25.0,
    crop={"width": WIDTH, "height": HEIGHT},
    stack=Stack(frames=FRAMES, ahead=2),
    tokens=("", "a", "b", " "),
    words=("ab", "ba"),
    decoding=Decoding("grammar", (("ab", "ba"), ("ab",)), 0.5, 0.5, 4),
    training={"data": "none", "clips": 0},
    accuracy=({"split": "val", "wer": 1.0},),
    licence="CC0-1.0",
    versions={"python": "3.11"},
)
_FOLDER = tempfile.TemporaryDirectory(prefix="tiny-model-")


def stacks(count: int = 20) -> np.ndarray:
    """(count, h, w, n) float32, normalized like crops."""
    values = np.random.default_rng(0).normal(size=(count, HEIGHT, WIDTH, FRAMES))
    return np.clip(values, -3, 3).astype(np.float32)


def features(length: int) -> np.ndarray:
    """(length, F) float32."""
    values = np.random.default_rng(length).normal(size=(length, FEATURES))
    return np.maximum(values, 0).astype(np.float32)


@functools.cache
def halves() -> tuple[Any, Any]:
    """The Keras models `encode` and `decode`."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    stack = keras.Input((HEIGHT, WIDTH, FRAMES), name="stack")
    x = layers.Conv2D(4, 6, strides=4, padding="same", use_bias=False)(stack)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    encode = keras.Model(stack, layers.Dense(FEATURES)(layers.Flatten()(x)), name="encode")
    x = entry = keras.Input((None, FEATURES), name="features")
    x = layers.Bidirectional(layers.LSTM(4, return_sequences=True))(x)
    heads = {"logits": layers.Dense(4, name="logits")(x), "words": layers.Dense(3, name="words")(x)}
    return encode, keras.Model(entry, heads, name="decode")


def joined() -> Any:
    """The two as one Keras model, over the stacks of whole clips."""
    import keras

    encode, decode = halves()
    entry = keras.Input((None, HEIGHT, WIDTH, FRAMES), name="stacks")
    frames = keras.layers.TimeDistributed(encode, name="encode")
    return keras.Model(entry, decode(frames(entry)), name="edge_lip")


def save(path: Path, manifest: str | None = None, calibration: bool = True) -> Path:
    """Save the joined network as training does; `manifest` is the JSON text to put in."""
    import h5py

    joined().save(path)
    with h5py.File(path, "r+") as file:
        file.attrs["edge_lip_manifest"] = manifest or MANIFEST.to_json()
        if calibration:
            file["edge_lip_calibration"] = np.rint(stacks() * 42).astype(np.int8)
    return path


@functools.cache
def trained() -> Path:
    """The `.h5` file."""
    return save(Path(_FOLDER.name) / "tiny.h5")


@functools.cache
def converted() -> Path:
    """The `.tflite` file."""
    from converter.convert import convert

    target = Path(_FOLDER.name) / "tiny.tflite"
    convert(trained(), target)
    return target
