"""How labels are learned: classes, samples, loss."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from edge_lip.errors import DataError
from edge_lip.text.classes import Classes

from ...recipes.recipe import Recipe
from ...samples.example import Example
from .losses import label_loss
from .samples import LabelSampler
from .validation import LabelValidation


class LabelLearning:
    """See `training.tasks.Learning`."""

    head = "label"
    uniform = False
    targets = (
        tf.TensorSpec((None,), tf.int32),  # labels: (B,)
        tf.TensorSpec((None,), tf.float32),  # how much each sample counts
    )

    def __init__(self, recipe: Recipe, texts: Sequence[str]) -> None:
        """Over the labels of all clips to learn from. Raises DataError for fewer than two."""
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

    def sampler(self, utterances: Sequence[Example]) -> LabelSampler:
        """Whole clips, varied."""
        return LabelSampler(utterances, self._recipe, self._labels)

    def losses(self, outputs: dict[str, Any], *targets: Any) -> dict[str, Any]:
        """Weighted cross-entropy."""
        labels, weights = targets
        return {"loss": label_loss(labels, weights, outputs["labels"])}

    def validation(self, utterances: Sequence[Example]) -> LabelValidation:
        """Share of labels read right, and the temperature of the confidence."""
        return LabelValidation(self._recipe, self._labels, utterances)
