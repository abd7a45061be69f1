"""Labelled video: one reader per corpus, all giving `Clip`s."""

from pathlib import Path

from edge_lip.errors import DataError
from edge_lip.registry import Entry
from edge_lip.system.say import Say, ignore

from ...recipes.recipe import RENDERED
from ..clip import Clip, TimedWord

__all__ = ["DATASETS", "Clip", "Say", "TimedWord", "ignore", "read_dataset"]

DATASETS = {
    "grid": Entry("training.data.datasets.grid:read_grid"),
    "lombard-grid": Entry("training.data.datasets.lombard_grid:read_lombard_grid"),
    "miracl-words": Entry("training.data.datasets.miracl:read_words"),
    "miracl-phrases": Entry("training.data.datasets.miracl:read_phrases"),
    "miracl-all": Entry("training.data.datasets.miracl:read_miracl"),
    "folder": Entry("training.data.datasets.folder:read_folder"),
}
"""A reader takes the dataset's root folder and whom to tell what is odd; it gives `Clip`s."""


def read_dataset(name: str, root: Path, say: Say = ignore) -> list[Clip]:
    """All clips of the dataset of the kind `name` under `root`; what is odd is told to `say`.

    Raises DataError for an unknown name, and where they are not there.
    """
    if name not in DATASETS:
        names = ", ".join([*DATASETS, RENDERED])
        raise DataError(f"no dataset is called {name!r}; there are: {names}")
    clips: list[Clip] = DATASETS[name].load()(root, say)
    return clips
