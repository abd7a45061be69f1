"""The running average of weights, which is what becomes the model."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import tensorflow as tf

from ..recipes.recipe import FitSection


class Averages:
    """Of all weights of a network, as they are now from the beginning on."""

    def __init__(self, weights: Sequence[Any], fit: FitSection) -> None:
        self._weights, self._fit = weights, fit
        self._began = [weight.numpy() for weight in weights] if fit.kept else []
        self.variables = [tf.Variable(weight, trainable=False) for weight in weights]
        """What a checkpoint keeps."""

    def follow(self, steps: tf.Tensor) -> None:
        """Take in the weights as they are after so many `steps`."""
        done = tf.cast(steps, tf.float32)
        # Early on, the average must not remember a random beginning.
        keep = tf.minimum(self._fit.average, (1.0 + done) / (10.0 + done))
        for average, weight in zip(self.variables, self._weights, strict=True):
            value = tf.convert_to_tensor(weight)
            if value.dtype.is_floating:
                average.assign(keep * average + (1.0 - keep) * value)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """The network has its averaged weights meanwhile, and its share of those that it began
        with (`fit.kept`)."""
        values = [average.numpy() for average in self.variables]
        if kept := self._fit.kept:
            pairs = zip(self._began, values, strict=True)
            values = [kept * began + (1 - kept) * value for began, value in pairs]
        saved = [weight.numpy() for weight in self._weights]
        _assign(self._weights, values)
        try:
            yield
        finally:
            _assign(self._weights, saved)


def _assign(weights: Sequence[Any], values: Sequence[Any]) -> None:
    for weight, value in zip(weights, values, strict=True):
        weight.assign(value)
