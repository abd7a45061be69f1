"""MobileNetV3 as a backbone: Howard et al., "Searching for MobileNetV3", ICCV 2019."""

import os
from pathlib import Path
from typing import Any, Final

import keras
from keras import layers

from edge_lip.errors import DataError

from ...recipes.recipe import Recipe
from .backbone import LEVELS, Backbone, colours, probe

FILE: Final = "weights_mobilenet_v3_small_224_1.0_float_no_top_v2.h5"
"""As Keras calls it."""


def open_mobilenet(recipe: Recipe) -> Backbone:
    """The small one, with the ImageNet weights of Keras' cache folder; where there are none, with
    random ones. Nothing is fetched. Raises DataError for a file that does not fit.
    """
    stack, pixels = colours(recipe, LEVELS / 127.5)  # it expects -1 to 1
    net = keras.applications.MobileNetV3Small(
        input_shape=pixels.shape[1:],
        include_top=False,
        include_preprocessing=False,
        weights=None,
        pooling="avg",
    )
    net = keras.models.clone_model(net, call_function=_call)
    model = keras.Model(stack, net(pixels), name="backbone")
    path = weights_path()
    if not path.is_file():
        _settle(model, net, recipe)
        return Backbone(model, "random", f"random weights: {path} is not there")
    try:
        net.load_weights(path)
    except Exception as error:  # whatever a damaged file makes h5py and Keras raise
        reason = str(error).strip().partition("\n")[0]
        raise DataError(f"{path} holds no MobileNetV3 weights ({reason}): delete it") from None
    return Backbone(model, "imagenet", "the ImageNet weights of Keras' cache folder")


def weights_path() -> Path:
    """Where Keras keeps the ImageNet weights it has fetched."""
    home = os.environ.get("KERAS_HOME") or Path.home() / ".keras"
    return Path(home) / "models" / FILE


def _call(layer: Any, *inputs: Any, **options: Any) -> Any:
    """The sums and products of MobileNetV3's hard sigmoid as layers, which `.h5` can restore."""
    if isinstance(layer, keras.Layer):
        return layer(*inputs, **options)
    tensor, number = inputs
    adds = type(layer).__name__ == "Add"
    return (layers.Rescaling(1.0, number) if adds else layers.Rescaling(number))(tensor)


def _settle(model: keras.Model, net: keras.Model, recipe: Recipe) -> None:
    """Give random weights the batch statistics of pictures; without, nothing reaches the end."""
    normalizations = [layer for layer in net.layers if isinstance(layer, layers.BatchNormalization)]
    usual = [layer.momentum for layer in normalizations]
    for layer in normalizations:
        layer.momentum = 0.0
    model(probe(recipe.crop.height, recipe.crop.width), training=True)
    for layer, momentum in zip(normalizations, usual, strict=True):
        layer.momentum = momentum
