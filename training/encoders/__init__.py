"""The network's first half, by the name a recipe calls it."""

from collections.abc import Callable

import keras

from ..recipe import Recipe
from .cnn import build_cnn

__all__ = ["ENCODERS", "build_encode"]

ENCODERS: dict[str, Callable[[Recipe, str | None], keras.Model]] = {"cnn": build_cnn}


def build_encode(recipe: Recipe, training_precision: str | None = None) -> keras.Model:
    """`encode`: `stack` (height, width, frames) float32 → `features` (F,) float32.

    `training_precision`: the variant to train, "float32" or "mixed_bfloat16"; None for the plain
    one in float32 and of Keras' own layers, which is saved. Weights of the two fit each other, in
    the same order.
    """
    return ENCODERS[recipe.network.encoder](recipe, training_precision)
