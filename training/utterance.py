"""A clip ready to learn from."""

from dataclasses import dataclass

import numpy as np

from edge_lip.mouth import normalize


@dataclass(frozen=True)
class Utterance:
    """A clip's crops on the model's time grid, and what it says."""

    images: np.ndarray
    """(T, [2,] height + 2 margin, width + 2 margin) uint8; with depth, grey and depth."""
    text: str
    """The sentence, or the label."""
    spans: tuple[tuple[float, float], ...] = ()
    """Start and end of each word in frames; empty where unknown."""

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the text."""
        return tuple(self.text.split())


def centre_crops(utterance: Utterance, margin: int) -> np.ndarray:
    """(T, [2,] height, width) float32, normalized: what the device would cut."""
    height, width = utterance.images.shape[-2:]
    return normalize(utterance.images[..., margin : height - margin, margin : width - margin])
