"""What turns the features of an utterance into a text: the last step before it is told."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import numpy as np

from ..model.network import Network
from ..text.decoding import Decoder
from ..text.hypothesis import NOTHING, Hypothesis
from ..text.logits import Logits
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
        return self._read(features, self._decoder.partial, doubt)

    def final(self, features: np.ndarray, doubt: bool) -> Hypothesis:
        """See `Recognizer.final`."""
        hypothesis = self._read(features, self._decoder.final, doubt)
        if hypothesis.verdict == "said" and hypothesis.confidence < self._threshold:
            return replace(hypothesis, text="", words=(), verdict="rejected")
        return hypothesis

    def _read(
        self, features: np.ndarray, decode: Callable[[Logits], Hypothesis], doubt: bool
    ) -> Hypothesis:
        with self._stopwatch.lap("decode"):
            logits = self._network.decode(features)
        if doubt and not says_something(logits, self._network.manifest.fps):
            return replace(NOTHING, verdict="silent")
        with self._stopwatch.lap("text"):
            return decode(logits)
