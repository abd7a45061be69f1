"""The shape of the lips as a second input, beside the picture."""

import keras
from keras import layers, ops

from edge_lip.frontend.lips import SIZE
from edge_lip.model.network import LIPS

from ..normalization import batch_normalization


def with_lips(
    encode: keras.Model, features: int, training_precision: str | None = None
) -> keras.Model:
    """`encode` with so many features more, of its second input `lips` (18,) float32.

    One dense layer without a bend: what a face's shape is adds to it what a recipe's `centred`
    takes out again. Normalized in a batch, so that in int8 the two kinds share a scale.
    `training_precision`: see `build_encode`.
    """
    lips = keras.Input((SIZE,), name=LIPS)
    x = layers.Dense(features, use_bias=False, name="lip_shape")(lips)
    x = batch_normalization(training_precision)(name="lip_scale")(x)
    x = layers.Concatenate(name="both")([encode.output, x])
    return keras.Model([*encode.inputs, lips], x, name=encode.name)


def lips_alone(encode: keras.Model) -> keras.Model:
    """`encode`, made by `with_lips`, without its picture: `lips` (18,) float32 → the same features,
    with zeros in the place of the picture's. Its layers are those of `encode`.

    A picture that never moves does the same where a recipe's `centred` takes means out.
    """
    lips = keras.Input((SIZE,), name=LIPS)
    shape = encode.get_layer("lip_scale")(encode.get_layer("lip_shape")(lips))
    others = encode.output_shape[-1] - shape.shape[-1]
    return keras.Model(lips, ops.pad(shape, ((0, 0), (others, 0))), name=f"{encode.name}_lips")
