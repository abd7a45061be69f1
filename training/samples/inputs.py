"""What of a clip goes into the network while it learns: pictures, or what a backbone made of them.

Samplers, validation clips and the training loop know frames, and leave to this what a frame is.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import tensorflow as tf

from edge_lip.frontend.lips import SIZE
from edge_lip.frontend.pixels import normalize
from edge_lip.frontend.stack import neighbours
from edge_lip.model.network import LIPS, STACK

from ..networks.encoders.backbone import BACKBONE_FEATURES
from ..networks.halves import stack_crops
from ..recipes.parts import ENCODERS
from ..recipes.recipe import Recipe
from .augment import retake, vary_lips, vary_pictures
from .example import Frames


class TrainingInput(Protocol):
    """One input of the network while it learns."""

    name: str
    """The encoder's for it."""
    shape: tuple[int, ...]
    """Of one frame in a batch."""

    def vary(self, rng: np.random.Generator, frames: np.ndarray, mirror: bool) -> np.ndarray:
        """The frames of one sample (T, ...), as `Example` has them, the same way throughout →
        (T, *shape) float32, varied. `mirror`: left is right, in all inputs of a sample."""

    def plain(self, frames: np.ndarray) -> np.ndarray:
        """The same without variation: what the device would see."""

    def gather(self, batch: tf.Tensor, near: tf.Tensor) -> tf.Tensor:
        """What is learned of `encode` takes of frames (N, *shape), those of all utterances one
        after the other; `near` (N, frames) int32: the neighbours of each."""


class CropInput:
    """Crops with a margin, (T, [2,] height + 2 margin, width + 2 margin) uint8."""

    name = STACK

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        crop = recipe.crop
        self.shape: tuple[int, ...] = (*((2,) if crop.depth else ()), crop.height, crop.width)

    def vary(self, rng: np.random.Generator, frames: np.ndarray, mirror: bool) -> np.ndarray:
        """Normalized, and varied as the recipe says."""
        height, width = self.shape[-2:]
        how = self._recipe.augment
        return vary_pictures(rng, retake(rng, frames, how), height, width, how, mirror)

    def plain(self, frames: np.ndarray) -> np.ndarray:
        """Normalized, without the margin."""
        return normalize(self.inner(frames))

    def inner(self, frames: np.ndarray) -> np.ndarray:
        """Frames (T, [2,] height, width) uint8 without the margin: what the device cuts."""
        margin = self._recipe.crop.margin
        height, width = frames.shape[-2:]
        inside: np.ndarray = frames[..., margin : height - margin, margin : width - margin]
        return inside

    def gather(self, batch: tf.Tensor, near: tf.Tensor) -> tf.Tensor:
        """Each with its neighbours in time."""
        return stack_crops(batch, near)


class LipInput:
    """Shapes of the lips, (T, 18) float32."""

    name = LIPS
    shape: tuple[int, ...] = (SIZE,)

    def __init__(self, recipe: Recipe) -> None:
        self._how = recipe.augment

    def vary(self, rng: np.random.Generator, frames: np.ndarray, mirror: bool) -> np.ndarray:
        """Larger, wider, turned, and never quite still."""
        return vary_lips(rng, frames, self._how, mirror)

    def plain(self, frames: np.ndarray) -> np.ndarray:
        """As they are."""
        return frames

    def gather(self, batch: tf.Tensor, near: tf.Tensor) -> tf.Tensor:
        """As they are: what follows sees their neighbours."""
        return batch


class FeatureInput:
    """Features of a backbone, (T, variants, F) float32, the first variant as cut."""

    name = BACKBONE_FEATURES

    def __init__(self, recipe: Recipe) -> None:
        self.shape: tuple[int, ...] = (ENCODERS[recipe.network.encoder].features,)

    def vary(self, rng: np.random.Generator, frames: np.ndarray, mirror: bool) -> np.ndarray:
        """One of the variants, each of which is mirrored or not."""
        chosen: np.ndarray = frames[:, rng.integers(frames.shape[1])]
        return chosen

    def plain(self, frames: np.ndarray) -> np.ndarray:
        """The first variant."""
        first: np.ndarray = frames[:, 0]
        return first

    def gather(self, batch: tf.Tensor, near: tf.Tensor) -> tf.Tensor:
        """As they are."""
        return batch


class TrainingInputs:
    """All inputs of the network while it learns."""

    def __init__(self, recipe: Recipe) -> None:
        """Of one whose frozen encoder ran before, or of one that learns all of it."""
        self._net = recipe.network
        self._inputs: list[TrainingInput] = [
            FeatureInput(recipe) if recipe.network.frozen else CropInput(recipe)
        ]
        if recipe.network.lips:
            self._inputs.append(LipInput(recipe))
        self._how = recipe.augment

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Of one frame in a batch, by name."""
        return {one.name: one.shape for one in self._inputs}

    def vary(self, rng: np.random.Generator, frames: Frames) -> Frames:
        """The frames of one sample, varied: see `TrainingInput.vary`. One of several inputs is left
        out now and then: zeros, so that the network does not lean on the other alone. Of an example
        that has only some of the inputs, those."""
        mirror = bool(rng.random() < self._how.flip)
        there = [one for one in self._inputs if one.name in frames]
        varied = {one.name: one.vary(rng, frames[one.name], mirror) for one in there}
        if len(varied) > 1 and rng.random() < self._how.drop:
            name = list(varied)[rng.integers(len(varied))]
            varied[name] = np.zeros_like(varied[name])
        return varied

    def plain(self, frames: Frames) -> Frames:
        """What the device would see of them: see `TrainingInput.plain`."""
        return {one.name: one.plain(frames[one.name]) for one in self._inputs}

    def near(self, lengths: Sequence[int]) -> np.ndarray:
        """(N, frames) int32: the neighbours of each frame of utterances of such lengths, one after
        the other."""
        firsts = np.cumsum([0, *lengths[:-1]])
        return np.concatenate(
            [
                first + neighbours(length, self._net.frames, self._net.ahead)
                for first, length in zip(firsts, lengths, strict=True)
            ]
        ).astype(np.int32)

    def gather(self, batch: Mapping[str, tf.Tensor], near: tf.Tensor) -> dict[str, tf.Tensor]:
        """What is learned of `encode` takes, by name: see `TrainingInput.gather`."""
        return {one.name: one.gather(batch[one.name], near) for one in self._inputs}
