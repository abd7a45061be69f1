"""The networks in small, trained on nothing, saved as training saves them and converted once.

One for each task: what takes a `task` gives the sentence model's unless told otherwise.
"""

import functools
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from edge_lip.model.manifest import Manifest, Stack
from edge_lip.mouth.geometry import CropGeometry
from edge_lip.text.decoding import Decoding

HEIGHT, WIDTH, FRAMES, FEATURES = 8, 12, 5, 6
MANIFEST = Manifest(
    name="tiny",
    version="1",
    task="sentence",
    fps=25.0,
    crop=CropGeometry(WIDTH, HEIGHT),
    stack=Stack(frames=FRAMES, ahead=2),
    tokens=("", "a", "b", " "),
    words=("ab", "ba"),
    decoding=Decoding("grammar", (("ab", "ba"), ("ab",)), 0.5, 0.5, 4),
    training={"data": "none", "clips": 0},
    accuracy=({"split": "test", "wer": 1.0},),
    licence="CC0-1.0",
    versions={"python": "3.11"},
)
LABEL_MANIFEST = replace(
    MANIFEST,
    name="tiny-label",
    task="label",
    tokens=(),
    words=(),
    labels=("Begin", "Excuse me", "I am sorry"),
    decoding=Decoding("label", None, 0.0, 0.0, 1, temperature=1.5, threshold=0.2),
)
MANIFESTS = {"sentence": MANIFEST, "label": LABEL_MANIFEST}
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
def halves(task: str = "sentence") -> tuple[Any, Any]:
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
    if task == "label":
        x = layers.GlobalAveragePooling1D()(x)
    manifest = MANIFESTS[task]
    sizes = {"labels": len(manifest.labels)}
    if task == "sentence":
        sizes = {"logits": len(manifest.tokens), "words": len(manifest.words) + 1}
    heads = {name: layers.Dense(size, name=name)(x) for name, size in sizes.items()}
    return encode, keras.Model(entry, heads, name="decode")


def joined(task: str = "sentence") -> Any:
    """The two as one Keras model, over the stacks of whole clips."""
    import keras

    encode, decode = halves(task)
    entry = keras.Input((None, HEIGHT, WIDTH, FRAMES), name="stacks")
    frames = keras.layers.TimeDistributed(encode, name="encode")
    return keras.Model(entry, decode(frames(entry)), name="edge_lip")


def save(
    path: Path, manifest: str | None = None, calibration: bool = True, task: str = "sentence"
) -> Path:
    """Save the joined network as training does; `manifest` is the JSON text to put in."""
    import h5py

    joined(task).save(path)
    with h5py.File(path, "r+") as file:
        file.attrs["edge_lip_manifest"] = manifest or MANIFESTS[task].to_json()
        if calibration:
            file["edge_lip_calibration"] = np.rint(stacks() * 42).astype(np.int8)
    return path


@functools.cache
def trained(task: str = "sentence") -> Path:
    """The `.h5` file."""
    return save(Path(_FOLDER.name) / f"tiny-{task}.h5", task=task)


@functools.cache
def converted(task: str = "sentence") -> Path:
    """The `.tflite` file."""
    from converter.conversion.convert import convert

    target = Path(_FOLDER.name) / f"tiny-{task}.tflite"
    convert(trained(task), target)
    return target
