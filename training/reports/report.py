"""What an evaluation says: figures, lines, pictures. Each task has a report of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Report:
    """What there is to say of a set of readings."""

    figures: dict[str, Any]
    """Plain numbers by name, for the manifest of the model."""
    details: dict[str, Any]
    """Tables behind them, as plain data."""
    misread: list[str]
    """A line for each clip with an error."""
    summary: list[str]
    """The figures for a person."""
    draw: Callable[[Path], list[str]]
    """Draw pictures into a folder, and give what has to be said of them, in lines; EdgeLipError
    where one can't be written."""
