"""The sentence model that most tutorials build: three Conv3D, two LSTMs in both directions."""

from typing import Any

from .peer import Network

WINDOW = (75, 46, 140, 1)
FILTERS = (128, 256, 75)
TOKENS = (*"abcdefghijklmnopqrstuvwxyz'?!123456789 ", "unknown")


def build() -> Any:
    """As its notebook has it."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    x = clip = keras.Input(WINDOW)
    for filters in FILTERS:
        x = layers.Activation("relu")(layers.Conv3D(filters, 3, padding="same")(x))
        x = layers.MaxPooling3D((1, 2, 2))(x)
    x = layers.TimeDistributed(layers.Flatten())(x)
    for _ in range(2):
        x = layers.Bidirectional(layers.LSTM(128, return_sequences=True))(x)
        x = layers.Dropout(0.5)(x)
    return keras.Model(clip, layers.Dense(len(TOKENS) + 1, activation="softmax")(x))


PEER = Network(
    paper="nicknochnack/LipNet, 2022, after LipNet",
    window=WINDOW,
    build=build,
    tokens=TOKENS,
)
