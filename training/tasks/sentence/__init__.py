"""Sentences: characters in order by CTC, and a second output that names the word of each frame."""

from collections.abc import Sequence

from ...recipes.recipe import Recipe
from ..task import Learning, Trainable
from .report import sentence_report
from .vocabulary import strange


def _learn(recipe: Recipe, texts: Sequence[str]) -> Learning:
    from .learning import SentenceLearning

    return SentenceLearning(recipe, texts)


SENTENCE = Trainable("wer", sentence_report, _learn, strange)
