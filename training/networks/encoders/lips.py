"""The shape of the lips as a second input, beside the picture."""

import keras
from keras import layers

from edge_lip.frontend.lips import SIZE
from edge_lip.model.network import LIPS


def with_lips(encode: keras.Model, features: int) -> keras.Model:
    """`encode` with so many features more, of its second input `lips` (80,) float32.

    One dense layer without a bend: what a face's shape is adds to it what a recipe's `centred`
    takes out again. Normalized in a batch, so that in int8 the two kinds share a scale.
    """
    lips = keras.Input((SIZE,), name=LIPS)
    x = layers.Dense(features, use_bias=False, name="lip_shape")(lips)
    x = layers.BatchNormalization(name="lip_scale")(x)
    x = layers.Concatenate(name="both")([encode.output, x])
    return keras.Model([*encode.inputs, lips], x, name=encode.name)
