"""ResNet-18 and a multi-scale TCN, for the 500 words of LRW."""

from typing import Any

from .layers import resnet18, stem, tcn
from .peer import Network

WINDOW = (29, 88, 88, 1)
WORDS = 500


def build() -> Any:
    """As published, with swish as in its later release."""
    import keras
    from keras import layers, ops

    keras.utils.set_random_seed(0)
    clip = keras.Input(WINDOW, batch_size=1)
    x = resnet18(stem(clip, WINDOW[0], 64, "swish"), "swish")
    x = tcn(ops.expand_dims(x, 0), 768, (3, 5, 7), 4, "swish")
    return keras.Model(clip, layers.Dense(WORDS)(layers.GlobalAveragePooling1D()(x)))


PEER = Network(
    paper="Martinez, Ma, Petridis, Pantic, 2020, ICASSP",
    window=WINDOW,
    build=build,
)
