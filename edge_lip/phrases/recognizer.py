"""Turns the features of an utterance into one of the taught phrases."""

import numpy as np

from ..text.hypothesis import NOTHING as SILENCE
from ..text.hypothesis import Hypothesis
from .matching import ENOUGH, Matcher, hypothesis_of
from .takes import SHORTEST, take_of

LIKELY = 0.5
"""Share from which a phrase is shown while it is still being said."""


class PhraseRecognizer:
    """See `edge_lip.reading.recognizer.Recognizer`."""

    def __init__(self, matcher: Matcher, threshold: float | None = None) -> None:
        """Reject what is less likely than `threshold`, 0 to 1; than `ENOUGH` when None."""
        self._matcher = matcher
        self._threshold = ENOUGH if threshold is None else threshold

    def partial(self, features: np.ndarray, doubt: bool) -> Hypothesis:
        """The phrase it seems to become; nothing before that is likely."""
        hypothesis = self._match(features, max(LIKELY, self._threshold))
        return hypothesis if hypothesis.verdict == "said" else SILENCE

    def final(self, features: np.ndarray, doubt: bool) -> Hypothesis:
        """The nearest phrase, or none."""
        return self._match(features, self._threshold)

    def _match(self, features: np.ndarray, threshold: float) -> Hypothesis:
        if len(features) < SHORTEST:
            return Hypothesis("", 0.0, verdict="silent")
        return hypothesis_of(self._matcher.match(take_of(features)), threshold)
