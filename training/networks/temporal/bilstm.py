"""LSTMs both ways over time."""

from keras import KerasTensor, layers

from ...recipes.recipe import NetworkSection


def bilstm(x: KerasTensor, how: NetworkSection) -> KerasTensor:
    """(T, F) → (T, 2 units): so many layers, each behind a dropout."""
    for _ in range(how.layers):
        x = layers.Dropout(how.dropout)(x)
        x = layers.Bidirectional(layers.LSTM(how.units, return_sequences=True))(x)
    return x
