"""The network's first half, by the name a recipe calls it.

Either all of it is learned, or a head that follows a frozen backbone is.
"""

import keras

from ...recipes.parts import ENCODERS
from ...recipes.recipe import Recipe
from .backbone import Backbone, behind, build_head
from .lips import lips_alone, with_lips

__all__ = ["Backbone", "behind", "build_encode", "lips_alone", "open_backbone"]


def build_encode(recipe: Recipe, training_precision: str | None = None) -> keras.Model:
    """What is learned of `encode`: all of it, `stack` (height, width, frames) float32 → `features`
    (F,) float32; or what follows a backbone, from its features on.

    `training_precision`: the variant to train, "float32" or "mixed_bfloat16"; None for the plain
    one in float32 and of Keras' own layers, which is saved. Weights of the two fit each other, in
    the same order.
    """
    encoder = ENCODERS[recipe.network.encoder]
    if recipe.network.frozen:
        return build_head(recipe, encoder.features, training_precision)
    encode: keras.Model = encoder.load()(recipe, training_precision)
    lips = recipe.network.lips
    return with_lips(encode, lips, training_precision) if lips else encode


def open_backbone(recipe: Recipe) -> Backbone | None:
    """The recipe's frozen backbone, the same every time; None where all of `encode` is learned.

    Raises DataError where its weights can't be read.
    """
    if not recipe.network.frozen:
        return None
    keras.utils.set_random_seed(recipe.fit.seed)  # for weights that are random
    backbone: Backbone = ENCODERS[recipe.network.encoder].load()(recipe)
    return backbone
