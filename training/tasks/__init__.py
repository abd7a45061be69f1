"""What a model gives for a clip: a sentence, or one label of a fixed list.

Everything in which a training or an evaluation of the one differs from that of the other is behind
`Trainable`; what a device minds of it is in `edge_lip.text.tasks`, by the same names.
"""

from collections.abc import Sequence

from ..recipes.recipe import Recipe
from .label import LABEL
from .sentence import SENTENCE
from .task import Batch, Conclusion, Learner, Learning, Sampler, Trainable, Validation

__all__ = [
    "TASKS",
    "Batch",
    "Conclusion",
    "Learner",
    "Learning",
    "Sampler",
    "Trainable",
    "Validation",
    "learn",
]

TASKS: dict[str, Trainable] = {"sentence": SENTENCE, "label": LABEL}
"""By the recipe's and the manifest's word for it."""


def learn(recipe: Recipe, texts: Sequence[str]) -> Learning:
    """How to learn the recipe's task, from all texts that the clips to learn from hold.

    Raises DataError where they are no texts for that task.
    """
    return TASKS[recipe.task].learn(recipe, texts)
