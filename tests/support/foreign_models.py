"""Networks as others build them, in small and trained on nothing."""

import gzip
from pathlib import Path
from typing import Any

from converter.external.description import Description

FRAMES, HEIGHT, WIDTH = 6, 8, 12
FILES = Path(__file__).parent / "keras2"
LABELS = Description(task="label", pixels="0..1", fps=25.0, labels=("Begin", "Stop", "Web"))
LETTERS = Description(task="sentence", pixels="0..1", fps=25.0, tokens=("a", "b", "c", " "))


def keras2(name: str, folder: Path, suffix: str = ".h5") -> Path:
    """A genuine file of Keras 2: "split" (also .keras) or "whole", see `keras2/make.py`."""
    path = folder / f"{name}{suffix}"
    path.write_bytes(gzip.decompress((FILES / f"keras2-{name}{suffix}.gz").read_bytes()))
    return path


def cnn_lstm(frames: int | None = FRAMES, channels: int = 1) -> Any:
    """Layers per frame, one of them not wrapped, then an LSTM: labels."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    clip = keras.Input((frames, HEIGHT, WIDTH, channels))
    x = layers.TimeDistributed(layers.Conv2D(3, 3, strides=4))(clip)
    x = layers.Activation("relu")(layers.BatchNormalization()(x))
    x = layers.TimeDistributed(layers.Flatten())(x)
    x = layers.LSTM(4)(x)
    return keras.Model(clip, layers.Dense(3, activation="softmax")(x))


def conv3d(channels: int = 1) -> Any:
    """Convolutions over time, nothing to be parted: labels."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [
            keras.Input((FRAMES, HEIGHT, WIDTH, channels)),
            layers.Conv3D(3, 3, strides=2, activation="relu"),
            layers.Flatten(),
            layers.Dense(3),
            layers.Softmax(),
        ]
    )


def lipnet() -> Any:
    """LipNet (Assael et al., 2016) in small: letters at every frame."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    x = clip = keras.Input((6, 16, 24, 1))
    for channels in (4, 6, 8):
        x = layers.Conv3D(channels, 3, padding="same", activation="relu")(x)
        x = layers.MaxPooling3D((1, 2, 2))(x)
    x = layers.TimeDistributed(layers.Flatten())(x)
    for _ in range(2):
        x = layers.Bidirectional(layers.LSTM(8, return_sequences=True))(x)
    return keras.Model(clip, layers.Dense(4, activation="softmax")(x))
