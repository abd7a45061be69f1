"""Labels: one word or phrase of a fixed list for a whole clip."""

from collections.abc import Sequence

from ...recipes.recipe import Recipe
from ..task import Learning, Trainable
from .report import label_report


def _learn(recipe: Recipe, texts: Sequence[str]) -> Learning:
    from .learning import LabelLearning

    return LabelLearning(recipe, texts)


LABEL = Trainable("top1", label_report, _learn)
