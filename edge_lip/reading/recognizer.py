"""What turns the features of an utterance into a text: the last step before it is told."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Protocol

import numpy as np

from ..model.network import Network
from ..text.decoding import Decoder
from ..text.hypothesis import NOTHING, Hypothesis
from ..text.logits import Logits, mean
from ..text.silence import says_something
from .stages import Stopwatch


class Recognizer(Protocol):
    """Is asked while somebody speaks, and when they have stopped.

    Features are (T, F) float32, T at least 1, as `encode` gives them. `doubt`: whether lips may
    have moved without a word, as in a live stream; a hypothesis may then be "silent".
    """

    def partial(self, features: np.ndarray, doubt: bool) -> Hypothesis:
        """The text so far."""

    def final(self, features: np.ndarray, doubt: bool) -> Hypothesis:
        """The text of the whole utterance; without one where it is "rejected" or "silent"."""


class NetworkRecognizer:
    """The second half of a network, and the decoder of what it says."""

    def __init__(
        self, network: Network, decoder: Decoder, threshold: float, stopwatch: Stopwatch
    ) -> None:
        """Reject final texts that are less confident than `threshold`, 0 to 1."""
        self._network = network
        self._decoder = decoder
        self._threshold = threshold
        self._stopwatch = stopwatch

    def partial(self, features: np.ndarray, doubt: bool) -> Hypothesis:
        """See `Recognizer.partial`."""
        return self._read([features], self._decoder.partial, doubt)

    def final(self, features: np.ndarray, doubt: bool) -> Hypothesis:
        """See `Recognizer.final`. Where a model is to be asked so (`Decoding.apart`), what it says
        of the picture and of the lips' shape each alone counts as much as what it says of both:
        of people whom it has not seen, one of the two often misleads it."""
        views = list(apart(features, self._network.manifest.decoding.apart))
        hypothesis = self._read(views, self._decoder.final, doubt)
        if hypothesis.verdict == "said" and hypothesis.confidence < self._threshold:
            return replace(hypothesis, text="", words=(), verdict="rejected")
        return hypothesis

    def _read(
        self, views: list[np.ndarray], decode: Callable[[Logits], Hypothesis], doubt: bool
    ) -> Hypothesis:
        with self._stopwatch.lap("decode"):
            logits = mean([self._network.decode(features) for features in views])
        if doubt and not says_something(logits, self._network.manifest.fps):
            return replace(NOTHING, verdict="silent")
        with self._stopwatch.lap("text"):
            return decode(logits)


def apart(features: np.ndarray, last: int) -> Iterator[np.ndarray]:
    """`features` (T, F), and where `last` is not 0 also the `last` of them alone, and the others
    alone: with the mean of the rest in each frame, of which nothing is left once a network has
    taken means out."""
    yield features
    if last:
        still = np.broadcast_to(features.mean(0), features.shape)
        yield np.concatenate([still[:, :-last], features[:, -last:]], axis=1)
        yield np.concatenate([features[:, :-last], still[:, -last:]], axis=1)
