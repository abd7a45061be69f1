"""A labelled video, whatever corpus it comes from."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class TimedWord:
    """A word and when it is said."""

    text: str
    start: float
    """Seconds from the clip's first frame."""
    end: float


@dataclass(frozen=True)
class Clip:
    """A labelled video."""

    path: Path
    name: str
    """Unique within the dataset: `speaker/file stem`."""
    speaker: str
    text: str
    """What is said, words separated by single spaces."""
    words: tuple[TimedWord, ...]
    """The same with times; empty where nobody measured them."""
