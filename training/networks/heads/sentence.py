"""Characters and words of every frame."""

from keras import KerasTensor, layers

from edge_lip.text.classes import Classes


def sentence_head(x: KerasTensor, classes: Classes, dropout: float) -> dict[str, KerasTensor]:
    """(T, G) → `logits` (T, tokens) for CTC and `words` (T, words + 1), silence first."""
    x = layers.Dropout(dropout)(x)
    outputs = {"logits": layers.Dense(len(classes.tokens), name="logits")(x)}
    outputs["words"] = layers.Dense(len(classes.words) + 1, name="words")(x)
    return outputs
