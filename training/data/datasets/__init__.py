"""Labelled video: one reader per corpus, all giving `Clip`s."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from ..clip import Clip, Say, TimedWord, ignore
from .folder import read_folder
from .grid import read_grid
from .miracl import read_miracl

__all__ = ["READERS", "Clip", "Say", "TimedWord", "ignore"]

READERS: dict[str, Callable[[Path, Say], list[Clip]]] = {
    "grid": read_grid,
    "miracl-words": partial(read_miracl, kinds=("words",)),
    "miracl-phrases": partial(read_miracl, kinds=("phrases",)),
    "miracl-all": read_miracl,
    "folder": read_folder,
}
"""A reader takes the dataset's root folder and whom to tell what is odd; it gives `Clip`s."""
