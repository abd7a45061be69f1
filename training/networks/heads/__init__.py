"""What gives a task's outputs, by the name that the task calls it: from (T, G) to logits."""

from collections.abc import Callable, Mapping, Sequence

from keras import KerasTensor

from edge_lip.text.classes import Classes

from .label import label_head
from .sentence import sentence_head

HEADS: dict[str, Callable[[KerasTensor, Classes, float], dict[str, KerasTensor]]] = {
    "sentence": sentence_head,
    "label": label_head,
}


def output_classes(classes: Classes) -> Mapping[str, Sequence[str]]:
    """What every column of the layer stands for that makes an output, by the output; an output
    that is of no use to `classes` has none. Silence and the blank are the empty string."""
    words = ("", *classes.words) if classes.words else ()
    return {"logits": classes.tokens, "words": words, "labels": classes.labels}
