"""What conversion changed in what is read: the same clips before it and after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge_lip.model.file import open_model
from edge_lip.model.network import Network
from edge_lip.system.say import ignore

if TYPE_CHECKING:
    from training.reports.metrics import Reading


@dataclass(frozen=True)
class Labelled:
    """Clips to read before and after conversion."""

    data: Path
    """A dataset's folder."""
    split: str = "test"
    before: "tuple[Reading, ...] | None" = None
    """What the original reads of them, where that is known."""


def evaluate(original: Network, path: Path, labelled: Labelled) -> dict[str, Any]:
    """Read clips with both models as `edge-lip evaluate` does.

    Gives the split, the number of clips, `agreement` (the share of clips with the same text) and
    the figures of both: "float" and "file". Raises `EdgeLipError` when there are no such clips.
    """
    from training.evaluation.readings import split_of

    before = labelled.before or read(original, labelled)
    after = read(open_model(path), labelled)
    same = sum(a.hypothesis == b.hypothesis for a, b in zip(before, after, strict=True))
    return {
        "split": split_of(original.manifest, labelled.split),
        "clips": len(before),
        "agreement": same / len(before),
        "float": figures(original, before),
        "file": figures(original, after),
    }


def read(model: Network, labelled: Labelled) -> "tuple[Reading, ...]":
    """What `model` reads of the clips; one that can't be read counts as nothing."""
    from training.evaluation.readings import model_clips, open_evaluated, read_clips

    clips = model_clips(labelled.data, model.manifest, labelled.split)
    with open_evaluated(model, None, None) as reader:
        return tuple(read_clips(reader, clips, ignore))


def figures(model: Network, readings: Sequence["Reading"]) -> dict[str, Any]:
    """The figures of `edge-lip evaluate` that are plain numbers."""
    from training.tasks import TASKS

    found = TASKS[model.manifest.task].report(readings, model.manifest).figures
    return {key: value for key, value in found.items() if isinstance(value, int | float)}
