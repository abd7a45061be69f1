"""Training samples: whole clips at another speed, begun earlier or later, and varied."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ...recipes.recipe import Recipe
from ...samples.augment import hold_frames, warp_time
from ...samples.example import Example, Frames
from ...samples.inputs import TrainingInputs
from ..task import Batch


@dataclass(frozen=True)
class LabelSample:
    """One training example."""

    inputs: Frames
    """(T, ...) float32 each: frames as the network takes them."""
    label: int


class LabelSampler:
    """Draws samples from a set of labelled utterances."""

    def __init__(
        self, utterances: Sequence[Example], recipe: Recipe, labels: Sequence[str]
    ) -> None:
        self._utterances, self._recipe = utterances, recipe
        self._inputs = TrainingInputs(recipe)
        self._labels = [labels.index(utterance.text) for utterance in utterances]
        counts = Counter(self._labels)
        self._weights = {
            label: len(self._labels) / (len(counts) * count) if recipe.fit.class_weights else 1.0
            for label, count in counts.items()
        }
        """So that every label counts alike in an epoch, and a sample by 1 on average."""

    def batch(self, rng: np.random.Generator, bases: Iterable[int], epoch: int, step: int) -> Batch:
        """One sample around each of `bases`, as long as it is."""
        samples = [self.draw(rng, int(base)) for base in bases]
        labels = np.array([sample.label for sample in samples], np.int32)
        weights = np.array([self._weights[sample.label] for sample in samples], np.float32)
        return Batch([sample.inputs for sample in samples], (labels, weights))

    def draw(self, rng: np.random.Generator, base: int) -> LabelSample:
        """A sample of utterance `base`, varied."""
        there = self._utterances[base]
        chosen = hold_frames(rng, self.frames(rng, len(there)), self._recipe.augment)
        frames = {name: array[chosen] for name, array in there.frames.items()}
        return LabelSample(self._inputs.vary(rng, frames), self._labels[base])

    def frames(self, rng: np.random.Generator, count: int) -> np.ndarray:
        """(T,) int: which frames of a clip of `count` are shown, in order."""
        how, longest = self._recipe.augment, self._recipe.fit.longest
        first, last = count * rng.uniform(0, how.trim), count * (1 - rng.uniform(0, how.trim))
        length = warp_time(rng, max(1, round(last - first)), how.speed)
        frames = np.floor(first + (np.arange(length) + 0.5) * (last - first) / length).astype(int)
        still = rng.integers(0, round(how.rest * self._recipe.fps) + 1, 2)
        frames = np.pad(frames, still, mode="edge")
        if len(frames) > longest:  # faster
            frames = frames[np.linspace(0, len(frames) - 1, longest).round().astype(int)]
        return frames
