"""What a model gives for an utterance: a sentence that it spells, or one label of a fixed list.

Everything in which a model of the one differs from that of the other, as far as a device minds, is
behind `Task`; `training.tasks` has what a training needs beside it.
"""

from .label import LabelTask
from .sentence import SentenceTask
from .task import Slots, Task

__all__ = ["TASKS", "Slots", "Task"]

TASKS: dict[str, Task] = {task.name: task for task in (SentenceTask(), LabelTask())}
"""By the manifest's word for it."""
