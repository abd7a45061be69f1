"""One label for all frames."""

from keras import KerasTensor, layers

from edge_lip.text.classes import Classes


def label_head(x: KerasTensor, classes: Classes, dropout: float) -> dict[str, KerasTensor]:
    """(T, G) → `labels` (labels,), of the mean over time.

    The mean, rather than the last state, hears a clip's middle as well as its end, and leaves out
    what is masked.
    """
    x = layers.Dropout(dropout)(layers.GlobalAveragePooling1D()(x))
    return {"labels": layers.Dense(len(classes.labels), name="labels")(x)}
