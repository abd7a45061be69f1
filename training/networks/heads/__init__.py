"""What gives a task's outputs, by the name that the task calls it: from (T, G) to logits."""

from collections.abc import Callable

from keras import KerasTensor

from edge_lip.text.classes import Classes

from .label import label_head
from .sentence import sentence_head

HEADS: dict[str, Callable[[KerasTensor, Classes, float], dict[str, KerasTensor]]] = {
    "sentence": sentence_head,
    "label": label_head,
}
