"""What an epoch learns from: batches drawn on the fly, the same ones whenever it is gone through.

A batch is a tuple of shares, one for each replica; a share is a tuple of parts. A part with
pictures is `((inputs, near), lengths, targets)`, one of points alone `(inputs, lengths, targets)`:
the frames of all utterances one after the other by input, how many each has, and what is learned.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from edge_lip.errors import RecipeError
from edge_lip.model.network import LIPS

from ..recipes.recipe import Recipe
from ..samples.example import Example
from ..samples.inputs import TrainingInputs
from ..tasks import Batch, Learning

Drawn = Iterator[tuple[Any, ...]]


class Batches:
    """Draws from examples with pictures, and from `points` without, of which `fit.points` are
    beside each batch of the others."""

    def __init__(
        self,
        recipe: Recipe,
        learning: Learning,
        train: Sequence[Example],
        points: Sequence[Example],
        replicas: int,
    ) -> None:
        """Raises RecipeError where a batch has fewer samples than there are `replicas`."""
        self._fit, self._replicas = recipe.fit, replicas
        self._frames, self._targets = recipe.network.frames, learning.targets
        self._inputs = TrainingInputs(recipe)
        self._sampler, self._count = learning.sampler(train), len(train)
        self._points = learning.sampler(points) if points else None
        self._point_count = len(points)
        self._size = min(recipe.fit.batch, len(train))
        self.steps = len(train) // self._size
        """Batches in an epoch."""
        self.alone_steps = max(1, len(points) // recipe.fit.points) if points else 0
        """The same where points are learned alone."""
        sizes = [self._size, *([min(recipe.fit.points, len(points))] if points else [])]
        if min(sizes) < replicas:
            raise RecipeError(
                f"--replicas {replicas}: a batch of {min(sizes)} can't be shared by so many"
            )

    def whole(self, epoch: Callable[[], int]) -> tf.data.Dataset:
        """Batches of examples with pictures, with points beside them where there are such. `epoch`
        is asked whenever one begins."""
        shapes = self._inputs.shapes
        specs = {name: tf.TensorSpec((None, *shape), tf.float32) for name, shape in shapes.items()}
        near = tf.TensorSpec((None, self._frames), tf.int32)
        signature: list[Any] = [((specs, near), tf.TensorSpec((None,), tf.int32), self._targets)]
        if self._points:
            signature += [self._point_signature]
        return self._dataset(lambda: self._draw(epoch()), signature)

    def alone(self, epoch: Callable[[], int]) -> tf.data.Dataset:
        """Batches of points without pictures: all of them in an epoch."""
        return self._dataset(lambda: self._draw_points(epoch()), [self._point_signature])

    @property
    def _point_signature(self) -> Any:
        shapes = {LIPS: tf.TensorSpec((None, *self._inputs.shapes[LIPS]), tf.float32)}
        return shapes, tf.TensorSpec((None,), tf.int32), self._targets

    def _draw(self, epoch: int) -> Drawn:
        seed = self._fit.seed
        order = np.random.default_rng([seed, epoch]).permutation(self._count)
        for step in range(self.steps):
            rng = np.random.default_rng([seed, epoch, step])
            bases = order[step * self._size : (step + 1) * self._size]
            parts = [self._shared(self._sampler.batch(rng, bases, epoch, step), self._part)]
            if self._points:
                bases = rng.integers(self._point_count, size=self._fit.points)
                beside = self._points.batch(rng, bases, epoch, step)
                parts += [self._shared(beside, _point_part)]
            yield tuple(zip(*parts, strict=True))

    def _draw_points(self, epoch: int) -> Drawn:
        assert self._points  # who has none asks for none
        seed = [self._fit.seed, 0, 0, epoch]
        order = np.random.default_rng(seed).permutation(self._point_count)
        for step, bases in enumerate(np.array_split(order, self.alone_steps)):
            batch = self._points.batch(np.random.default_rng([*seed, step]), bases, epoch, step)
            yield tuple((part,) for part in self._shared(batch, _point_part))

    def _shared(self, batch: Batch, part: Callable[[Batch], Any]) -> list[Any]:
        """The `part`s of the replicas, as many samples in each, give or take one."""
        return [part(share) for share in split(batch, self._replicas)]

    def _part(self, batch: Batch) -> tuple[Any, ...]:
        together, lengths = _together(batch)
        return (together, self._inputs.near(lengths.tolist())), lengths, batch.targets

    def _dataset(self, draw: Callable[[], Drawn], share: list[Any]) -> tf.data.Dataset:
        signature = (tuple(share),) * self._replicas
        data = tf.data.Dataset.from_generator(draw, output_signature=signature).prefetch(3)
        options = tf.data.Options()
        # There is nothing to tune, and the tuner's thread sleeps for up to 20 s at an epoch's end.
        options.autotune.enabled = False
        return data.with_options(options)


def split(batch: Batch, count: int) -> list[Batch]:
    """`batch` in `count` shares, in order."""
    parts = np.array_split(np.arange(len(batch.inputs)), count)
    return [
        Batch([batch.inputs[k] for k in part], tuple(target[part] for target in batch.targets))
        for part in parts
    ]


def _point_part(batch: Batch) -> tuple[Any, ...]:
    return *_together(batch), batch.targets


def _together(batch: Batch) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Frames of all samples one after the other, by input, and how many each has."""
    names = list(batch.inputs[0])
    lengths = [len(inputs[names[0]]) for inputs in batch.inputs]
    together = {name: np.concatenate([inputs[name] for inputs in batch.inputs]) for name in names}
    return together, np.array(lengths, np.int32)
