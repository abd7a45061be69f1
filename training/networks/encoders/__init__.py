"""The network's first half, by the name a recipe calls it.

Either all of it is learned, or a head that follows a frozen backbone is.
"""

from collections.abc import Callable
from dataclasses import dataclass

import keras

from ...recipes.recipe import Recipe
from . import mobilenet, vgg_face
from .backbone import Backbone, behind, build_head
from .cnn import build_cnn

__all__ = ["BACKBONES", "ENCODERS", "Backbone", "Kind", "behind", "build_encode", "open_backbone"]


@dataclass(frozen=True)
class Kind:
    """A kind of backbone."""

    open: Callable[[Recipe], Backbone]
    features: int
    """How many it gives per picture."""


ENCODERS: dict[str, Callable[[Recipe, str | None], keras.Model]] = {"cnn": build_cnn}
BACKBONES: dict[str, Kind] = {
    "mobilenet-v3": Kind(mobilenet.open_mobilenet, mobilenet.FEATURES),
    "vgg-face": Kind(vgg_face.open_vgg_face, vgg_face.FEATURES),
}


def build_encode(recipe: Recipe, training_precision: str | None = None) -> keras.Model:
    """What is learned of `encode`: all of it, `stack` (height, width, frames) float32 → `features`
    (F,) float32; or what follows a backbone, from its features on.

    `training_precision`: the variant to train, "float32" or "mixed_bfloat16"; None for the plain
    one in float32 and of Keras' own layers, which is saved. Weights of the two fit each other, in
    the same order.
    """
    name = recipe.network.encoder
    if recipe.network.frozen:  # what is left to learn is small enough for float32
        return build_head(recipe, BACKBONES[name].features)
    return ENCODERS[name](recipe, training_precision)


def open_backbone(recipe: Recipe) -> Backbone | None:
    """The recipe's frozen backbone, the same every time; None where all of `encode` is learned.

    Raises DataError where its weights can't be read.
    """
    if not recipe.network.frozen:
        return None
    keras.utils.set_random_seed(recipe.fit.seed)  # for weights that are random
    return BACKBONES[recipe.network.encoder].open(recipe)
