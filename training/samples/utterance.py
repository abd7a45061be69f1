"""A clip ready to learn from."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Utterance:
    """A clip on the model's time grid, and what it says."""

    frames: np.ndarray
    """(T, ...): crops with a margin, or a backbone's features of them (see
    `training.samples.inputs`)."""
    text: str
    """The sentence, or the label."""
    spans: tuple[tuple[float, float], ...] = ()
    """Start and end of each word in frames; empty where unknown."""
    speaker: str = ""
    """Who says it; empty where nobody said who it is."""

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the text."""
        return tuple(self.text.split())
