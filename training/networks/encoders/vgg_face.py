"""VGG-Face as a backbone: Parkhi, Vedaldi, Zisserman, "Deep Face Recognition", BMVC 2015.

Its convolutions only, which are those of VGG-16. The weights are the user's to bring, as an HDF5
file; many are about, converted by different hands with different layer names, so kernels are found
by their order and shape.
"""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import h5py
import keras
import numpy as np
import tensorflow as tf
from keras import layers

from edge_lip.errors import DataError

from ...recipes.recipe import Recipe
from .backbone import LEVELS, Backbone, colours, probe

BLOCKS: Final = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))
"""Channels and convolutions between two poolings."""

Weights = list[tuple[np.ndarray, np.ndarray]]
"""Kernel (3, 3, in, out) and bias (out,) of each convolution."""


def open_vgg_face(recipe: Recipe) -> Backbone:
    """With the weights of the recipe's file, random ones where it names none.

    Raises DataError where the file is missing or holds no such network.
    """
    file = recipe.network.weights
    weights = read_weights(Path(file).expanduser()) if file else None
    # It expects levels of 0 to 255 without the mean of the faces it learned from.
    stack, x = colours(recipe, LEVELS)
    convolutions = []
    for block, (channels, count) in enumerate(BLOCKS, 1):
        for place in range(1, count + 1):
            layer = layers.Conv2D(
                channels,
                3,
                padding="same",
                activation="relu",
                kernel_initializer="he_normal",
                name=f"conv{block}_{place}",
            )
            convolutions.append(layer)
            x = layer(x)
        x = layers.MaxPooling2D(name=f"pool{block}")(x)
    model = keras.Model(stack, layers.GlobalAveragePooling2D()(x), name="backbone")
    if weights is None:
        _settle(model, recipe)
        return Backbone(model, "random", "random weights: [network] weights names no file")
    for layer, pair in zip(convolutions, weights, strict=True):
        layer.set_weights(pair)
    digest = hashlib.sha256(Path(file).expanduser().read_bytes()).hexdigest()
    return Backbone(model, digest, f"the weights of {file}")


def read_weights(path: Path) -> Weights:
    """The 13 kernels and biases in an HDF5 file, in the network's order.

    Raises DataError, saying which is not as it should be.
    """
    try:
        with h5py.File(path, "r") as file:
            found = list(_convolutions(file))
    except OSError as error:
        missing = "there is no such file" if not path.exists() else f"no HDF5 file ({error})"
        raise DataError(f"[network] weights {path}: {missing}") from None
    expected = list(_shapes())
    shapes = [kernel.shape for kernel, _ in found]
    for place, (there, wanted) in enumerate(zip(shapes, expected, strict=False), 1):
        if there != wanted:
            raise DataError(
                f"[network] weights {path} are not VGG-Face's: "
                f"its 3x3 kernel {place} is {there}, not {wanted}"
            )
    if len(found) != len(expected):
        raise DataError(
            f"[network] weights {path} are not VGG-Face's: "
            f"it holds {len(found)} 3x3 kernels with biases, not {len(expected)}"
        )
    return found


def _shapes() -> Iterator[tuple[int, int, int, int]]:
    before = 3
    for channels, count in BLOCKS:
        for _ in range(count):
            yield 3, 3, before, channels
            before = channels


def _convolutions(file: h5py.File) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Every 3x3 kernel that has a bias beside it."""
    root = file.get("model_weights", file)  # a whole model, or its weights alone
    listed = root.attrs.get("layer_names")
    names = [_text(name) for name in listed] if listed is not None else sorted(root, key=_natural)
    for name in names:
        for group in _groups(root[name]):
            arrays = [item for item in group.values() if isinstance(item, h5py.Dataset)]
            kernels = [a for a in arrays if a.ndim == 4 and a.shape[:2] == (3, 3)]
            biases = [a for a in arrays if a.ndim == 1]
            if len(kernels) == len(biases) == 1 and kernels[0].shape[3:] == biases[0].shape:
                yield kernels[0][()], biases[0][()]


def _groups(item: Any) -> Iterator[h5py.Group]:
    """A group and all within it, as their names are counted."""
    if isinstance(item, h5py.Group):
        yield item
        for name in sorted(item, key=_natural):
            yield from _groups(item[name])


def _natural(name: str) -> list[tuple[int, str]]:
    """So that conv2d_10 comes after conv2d_9."""
    return [(int(n or 0), text) for n, text in re.findall(r"(\d*)(\D*)", name)]


def _text(name: str | bytes) -> str:
    return name.decode() if isinstance(name, bytes) else name


def _settle(model: keras.Model, recipe: Recipe) -> None:
    """Bring random weights to a sensible scale: what goes into each ReLU has mean 0 and deviation 1
    over pictures, by channel. Without, all pictures look alike from the third block on.

    Mishkin, Matas: "All you need is a good init", ICLR 2016.
    """
    x = probe(recipe.crop.height, recipe.crop.width)
    for layer in model.layers[1:]:
        if layer.name.startswith("conv"):
            kernel, _ = layer.get_weights()
            sums = tf.nn.conv2d(x, kernel, 1, "SAME").numpy()
            deviation = np.maximum(sums.std((0, 1, 2)), 1e-6)
            layer.set_weights([kernel / deviation, -sums.mean((0, 1, 2)) / deviation])
        x = layer(x)
