"""What of a clip goes into the network while it learns: pictures, or what a backbone made of them.

Samplers, validation clips and the training loop know frames, and leave to this what a frame is.
"""

from typing import Protocol

import numpy as np
import tensorflow as tf

from edge_lip.frontend.pixels import normalize

from ..networks.halves import stack_crops
from ..recipes.parts import ENCODERS
from ..recipes.recipe import Recipe
from .augment import retake, vary_pictures


class Inputs(Protocol):
    """One kind of frames."""

    shape: tuple[int, ...]
    """Of one of them in a batch."""

    def vary(self, rng: np.random.Generator, frames: np.ndarray) -> np.ndarray:
        """The frames of one sample (T, ...), as `Utterance` has them, the same way throughout →
        (T, *shape) float32, varied."""

    def plain(self, frames: np.ndarray) -> np.ndarray:
        """The same without variation: what the device would see."""

    def stack(self, batch: tf.Tensor, lengths: tf.Tensor) -> tf.Tensor:
        """What is learned of `encode` takes of frames (N, *shape), those of all utterances one
        after the other; `lengths` (B,) int32: how many each has."""


class Pictures:
    """Crops with a margin, (T, [2,] height + 2 margin, width + 2 margin) uint8."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        crop = recipe.crop
        self.shape: tuple[int, ...] = (*((2,) if crop.depth else ()), crop.height, crop.width)

    def vary(self, rng: np.random.Generator, frames: np.ndarray) -> np.ndarray:
        """Normalized, and varied as the recipe says."""
        height, width = self.shape[-2:]
        how = self._recipe.augment
        return vary_pictures(rng, retake(rng, frames, how), height, width, how)

    def plain(self, frames: np.ndarray) -> np.ndarray:
        """Normalized, without the margin."""
        return normalize(self.inner(frames))

    def inner(self, frames: np.ndarray) -> np.ndarray:
        """Frames (T, [2,] height, width) uint8 without the margin: what the device cuts."""
        margin = self._recipe.crop.margin
        height, width = frames.shape[-2:]
        inside: np.ndarray = frames[..., margin : height - margin, margin : width - margin]
        return inside

    def stack(self, batch: tf.Tensor, lengths: tf.Tensor) -> tf.Tensor:
        """Each with its neighbours in time."""
        net = self._recipe.network
        return stack_crops(batch, lengths, net.frames, net.ahead)


class Features:
    """Features of a backbone, (T, variants, F) float32, the first variant as cut."""

    def __init__(self, recipe: Recipe) -> None:
        self.shape: tuple[int, ...] = (ENCODERS[recipe.network.encoder].features,)

    def vary(self, rng: np.random.Generator, frames: np.ndarray) -> np.ndarray:
        """One of the variants."""
        chosen: np.ndarray = frames[:, rng.integers(frames.shape[1])]
        return chosen

    def plain(self, frames: np.ndarray) -> np.ndarray:
        """The first variant."""
        first: np.ndarray = frames[:, 0]
        return first

    def stack(self, batch: tf.Tensor, lengths: tf.Tensor) -> tf.Tensor:
        """As they are."""
        return batch


def make_inputs(recipe: Recipe) -> Inputs:
    """Features where the encoder is frozen, pictures where it learns."""
    return Features(recipe) if recipe.network.frozen else Pictures(recipe)
