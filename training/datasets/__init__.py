"""Labelled video: one reader per corpus, all giving `Clip`s."""

from .clip import Clip, TimedWord
from .grid import read_grid

__all__ = ["READERS", "Clip", "TimedWord"]

READERS = {"grid": read_grid}
"""A reader takes the dataset's root folder and, optionally, names of clips; it gives `Clip`s."""
