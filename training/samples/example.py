"""A clip ready to learn from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

Frames = Mapping[str, np.ndarray]
"""What there is of each moment, (T, ...) each: crops with a margin, or a backbone's features of
them (see `training.samples.inputs`)."""


@dataclass(frozen=True)
class Example:
    """A clip on the model's time grid, and what it says."""

    frames: Frames
    """T of them, by the names of the network's inputs."""
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

    @property
    def rests(self) -> tuple[range, range]:
        """The frames before the first word and those after the last; none where no times are
        known."""
        if not self.spans:
            return range(0), range(0)
        first, last = round(self.spans[0][0]), round(self.spans[-1][1])
        return range(first), range(max(0, last), len(self))

    def __len__(self) -> int:
        """How many frames it has."""
        return len(next(iter(self.frames.values())))


def select(utterances: Sequence[Example], picks: np.ndarray) -> Frames:
    """The frames (utterance, number) of `picks` (T, 2) int, one after the other."""
    names = utterances[int(picks[0, 0])].frames
    return {name: np.stack([utterances[k].frames[name][f] for k, f in picks]) for name in names}
