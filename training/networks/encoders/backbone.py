"""Image networks that were trained elsewhere and stay as they are; what follows them is learned.

`encode` is then made of two parts: the backbone, whose features of every clip are computed once,
and a head, which is trained on them together with `decode`.
"""

from dataclasses import dataclass
from typing import Any, Final

import keras
import numpy as np
from keras import layers

from edge_lip.frontend.pixels import CLIP
from edge_lip.model.network import STACK
from edge_lip.system.opencv import cv2

from ...recipes.recipe import Recipe
from ..normalization import batch_normalization
from .shape import stack_shape

LEVELS = 127.5 / CLIP
"""Grey levels of 256 to a standard deviation: a normalized crop spans what a picture does."""
BLOBS = 12
"""Across a picture of `probe`: about as coarse as what a face is made of."""

BACKBONE_FEATURES: Final = "backbone_features"
"""The input of what follows a frozen backbone."""


@dataclass(frozen=True)
class Backbone:
    """A frozen image network."""

    model: keras.Model
    """`stack` (height, width, 1) float32, a normalized crop → features (size,) float32."""
    weights: str
    """Where they are from: "imagenet", "random", or the SHA-256 of their file."""
    hint: str
    """The same for a person, and what to do about it."""


def colours(recipe: Recipe, scale: float) -> tuple[Any, Any]:
    """The entry of a backbone, and its three channels: the grey crop, times `scale`, in each.

    Networks that learned from colour pictures expect them without their mean, as a normalized crop
    is. A 1x1 convolution does it, because there is an int8 kernel for that everywhere.
    """
    stack = keras.Input(stack_shape(recipe), name=STACK)
    same = keras.initializers.Constant(scale)
    return stack, layers.Conv2D(
        3, 1, use_bias=False, kernel_initializer=same, trainable=False, name="colours"
    )(stack)


def build_head(recipe: Recipe, size: int, training_precision: str | None = None) -> keras.Model:
    """A backbone's features (size,) → `features` (features,): what of them matters for lips.

    Each is normalized first: backbones differ in scale, and so do their features. It is small
    enough to be trained in float32 whatever the `training_precision` (see `build_encode`).
    """
    net, normalize = recipe.network, batch_normalization(training_precision)
    x = entry = keras.Input((size,), name=BACKBONE_FEATURES)
    x = layers.Dropout(net.dropout / 2)(normalize()(x))
    x = layers.Dense(net.features, use_bias=False)(x)
    x = normalize()(x)
    return keras.Model(entry, layers.ReLU(name="features")(x), name="head")


def behind(backbone: Backbone, head: keras.Model) -> keras.Model:
    """The whole `encode`: `stack` → `features`."""
    stack = keras.Input(backbone.model.input_shape[1:], name=STACK)
    return keras.Model(stack, head(backbone.model(stack)), name="encode")


def probe(height: int, width: int, count: int = 8) -> np.ndarray:
    """(count, height, width, 1) float32: normalized pictures of soft random blobs, ever the same.

    They stand in for pictures where random weights have to be brought to a sensible scale.
    """
    rng = np.random.default_rng(0)
    coarse = rng.normal(size=(count, BLOBS, BLOBS)).astype(np.float32)
    blobs = [cv2.resize(one, (width, height), interpolation=cv2.INTER_CUBIC) for one in coarse]
    pictures = np.stack([(blob - blob.mean()) / blob.std() for blob in blobs])
    return np.clip(pictures, -CLIP, CLIP)[..., None]
