"""What a model gives for a clip: a sentence, or one label of a fixed list.

Everything in which a training of the one differs from that of the other is behind `Task`.
"""

from collections.abc import Callable, Sequence

from ..recipes.recipe import Recipe
from .label import make_label
from .sentence import make_sentence
from .task import Batch, Classes, Conclusion, HeldOut, Learner, Sampler, Task

__all__ = [
    "TASKS",
    "Batch",
    "Classes",
    "Conclusion",
    "HeldOut",
    "Learner",
    "Sampler",
    "Task",
    "make_task",
]

TASKS: dict[str, Callable[[Recipe, Sequence[str]], Task]] = {
    "sentence": make_sentence,
    "label": make_label,
}


def make_task(recipe: Recipe, texts: Sequence[str]) -> Task:
    """The recipe's task over all texts that the clips to learn from hold.

    Raises DataError where they are no texts for that task.
    """
    return TASKS[recipe.task](recipe, texts)
