"""Isolated words and phrases: which of a fixed list of labels an utterance is."""

from collections.abc import Sequence

import numpy as np

from .hypothesis import Choice, Hypothesis
from .logits import log_odds


def label(
    log_probs: np.ndarray,
    labels: Sequence[str],
    temperature: float = 1.0,
    activation: str = "softmax",
) -> Hypothesis:
    """The likeliest of `labels` by their log-probabilities or logits (L,), and all as choices.

    `temperature` (positive) brings the confidence to the share that is right: the softmax of
    `log_probs / temperature`. It never changes the order. Guo et al., "On calibration of modern
    neural networks", 2017, section 4.2. With the activation "sigmoid" each label has a probability
    of its own, and they do not sum to 1.
    """
    given = np.asarray(log_probs, np.float64)
    if activation == "sigmoid":
        with np.errstate(over="ignore"):
            shares = 1 / (1 + np.exp(-log_odds(given) / temperature))
    else:
        scaled = given / temperature
        shares = np.exp(scaled - scaled.max())
        shares /= shares.sum()
    order = np.argsort(-shares, kind="stable")
    choices = tuple(Choice(labels[k], float(shares[k])) for k in order)
    return Hypothesis(choices[0].text, choices[0].confidence, choices=choices)
