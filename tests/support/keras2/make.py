"""Write the files of this folder: genuine ones of Keras 2, which Keras 3 can't write.

    python -m venv --system-site-packages scratch    # of a Python with TensorFlow 2.21
    scratch/bin/pip install --no-deps tf_keras==2.21.0
    scratch/bin/python tests/support/keras2/make.py

They were written by tf_keras 2.21.0. The weights are random and seeded; `input` and `output` in
each file are a clip and what Keras 2 made of it.
"""

import gzip
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

import h5py
import numpy as np

keras: Any = import_module("tf_keras")  # absent where the types are checked
layers = keras.layers

HERE = Path(__file__).parent
FRAMES, HEIGHT, WIDTH = 6, 8, 12


def split() -> Any:
    """A network a frame, nested, then recurrent layers of both kinds: labels."""
    frame = keras.Sequential(
        [
            keras.Input((HEIGHT, WIDTH, 1)),
            layers.Conv2D(3, 3, strides=4),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Flatten(),
        ],
        name="frame",
    )
    clip = keras.Input((FRAMES, HEIGHT, WIDTH, 1), name="clip")
    x = layers.TimeDistributed(frame)(clip)
    x = layers.TimeDistributed(layers.Dense(5, activation="relu"))(x)
    x = layers.Bidirectional(layers.LSTM(3, return_sequences=True))(x)
    x = layers.GRU(4)(layers.Dropout(0.5)(x))
    return keras.Model(clip, layers.Dense(3, activation="softmax")(x), name="split")


def whole() -> Any:
    """The architecture of LipNet in small: letters."""
    return keras.Sequential(
        [
            layers.Conv3D(2, 3, padding="same", input_shape=(FRAMES, HEIGHT, WIDTH, 1)),
            layers.Activation("relu"),
            layers.MaxPool3D((1, 2, 2)),
            layers.TimeDistributed(layers.Flatten()),
            layers.LSTM(3, return_sequences=True),
            layers.Dense(5, activation="softmax"),
        ],
        name="whole",
    )


def weight(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Nothing at 0 or 1, and variances positive: a weight in the wrong place makes a difference."""
    sign = rng.choice([-1, 1], shape) if len(shape) > 1 else 1
    return sign * rng.uniform(0.2, 0.8, shape)


def main() -> None:
    for build in (split, whole):
        model = build()
        rng = np.random.default_rng(0)
        model.set_weights([weight(rng, one.shape) for one in model.get_weights()])
        clip = rng.random((1, FRAMES, HEIGHT, WIDTH, 1), np.float32)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.h5"
            model.save(path)
            with h5py.File(path, "r+") as file:
                file["input"], file["output"] = clip, model(clip).numpy()
            packed = gzip.compress(path.read_bytes(), mtime=0)
            (HERE / f"keras2-{model.name}.h5.gz").write_bytes(packed)
            if build is split:  # the same in the newer format
                path = Path(folder) / "model.keras"
                model.save(path)
                packed = gzip.compress(path.read_bytes(), mtime=0)
                (HERE / f"keras2-{model.name}.keras.gz").write_bytes(packed)


if __name__ == "__main__":
    main()
