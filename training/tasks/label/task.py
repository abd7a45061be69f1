"""Labels as a task: classes, second half, loss."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf
from keras import layers

from edge_lip.errors import DataError

from ...recipes.recipe import Recipe
from ...samples.utterance import Utterance
from ..task import Classes
from .held_out import LabelsHeldOut
from .losses import label_loss
from .samples import LabelSampler


class LabelTask:
    """See `training.tasks.Task`."""

    uniform = False
    targets = (
        tf.TensorSpec((None,), tf.int32),  # labels: (B,)
        tf.TensorSpec((None,), tf.float32),  # how much each sample counts
    )

    def __init__(self, recipe: Recipe, texts: Sequence[str]) -> None:
        counts = Counter(texts)
        if len(counts) < 2:
            raise DataError(
                f"all clips have the label {next(iter(counts))!r}: two at least make a choice"
                if counts
                else "there are no clips to learn labels from"
            )
        self._recipe = recipe
        self._labels = tuple(sorted(counts))
        self.classes = Classes(labels=self._labels)

    def build_decode(self, features: int) -> keras.Model:
        """`features` (T, features) → `labels` (labels,): an LSTM both ways, its mean over time.

        The mean, rather than the last state, hears a clip's middle as well as its end, and leaves
        out what is masked.
        """
        net = self._recipe.network
        x = entry = keras.Input((None, features), name="features")
        for _ in range(net.layers):
            x = layers.Dropout(net.dropout)(x)
            x = layers.Bidirectional(layers.LSTM(net.units, return_sequences=True))(x)
        x = layers.Dropout(net.dropout)(layers.GlobalAveragePooling1D()(x))
        outputs = {"labels": layers.Dense(len(self._labels), name="labels")(x)}
        decode = keras.Model(entry, outputs, name="decode")
        decode.supports_masking = True  # its layers do; Keras doubts it of every model
        return decode

    def sampler(self, utterances: Sequence[Utterance]) -> LabelSampler:
        """Whole clips, varied."""
        return LabelSampler(utterances, self._recipe, self._labels)

    def losses(self, outputs: dict[str, Any], *targets: Any) -> dict[str, Any]:
        """Weighted cross-entropy."""
        labels, weights = targets
        return {"loss": label_loss(labels, weights, outputs["labels"])}

    def held_out(self, utterances: Sequence[Utterance]) -> LabelsHeldOut:
        """Share of labels read right, and the temperature of the confidence."""
        return LabelsHeldOut(self._recipe, self._labels, utterances)


def make_label(recipe: Recipe, texts: Sequence[str]) -> LabelTask:
    """The task over the labels of all clips to learn from. Raises DataError for fewer than two."""
    return LabelTask(recipe, texts)
