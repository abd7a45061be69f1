"""Clips that are not learned but read on the way: curves, and the temperature."""

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from edge_lip.text.classes import Classes
from edge_lip.text.decoding import Decoding, make_decoder
from edge_lip.text.hypothesis import Hypothesis
from edge_lip.text.logits import Logits, log_softmax
from edge_lip.text.tasks import TASKS

from ...recipes.recipe import Recipe
from ...reports.label_metrics import score_labels
from ...reports.metrics import Reading
from ...samples.example import Example
from ...samples.inputs import TrainingInputs
from ..task import Conclusion, Learner

TEMPERATURES = np.exp(np.linspace(np.log(0.2), np.log(5.0), 97))
UNTUNED = 1.0


class LabelValidation:
    """Validation utterances and how they are read."""

    def __init__(
        self, recipe: Recipe, labels: Sequence[str], utterances: Sequence[Example]
    ) -> None:
        self._recipe, self._labels = recipe, tuple(labels)
        self.utterances = utterances
        self._said = np.array([labels.index(one.text) for one in utterances], int)

    def watch(self, network: Learner) -> dict[str, float | None]:
        """Top-1 and likelihood for the history, every few epochs; None in between."""
        last = network.epoch == self._recipe.fit.epochs
        if not len(self._said) or (network.epoch % self._recipe.fit.watch and not last):
            return {"validation_top1": None, "validation_nll": None}
        logits = self._logits(network)
        right = logits.argmax(axis=1) == self._said
        return {"validation_top1": float(right.mean()), "validation_nll": nll(logits, self._said)}

    def conclude(self, network: Learner) -> Conclusion:
        """Find the temperature, then read with it."""
        recipe = self._recipe
        if not len(self._said):
            return Conclusion(decoding(recipe, UNTUNED), (), (), "")
        logits = self._logits(network)
        how = decoding(recipe, fit_temperature(logits, self._said))
        decode = make_decoder(TASKS["label"], how, Classes(labels=self._labels))
        hypotheses = tuple(decode(Logits(None, None, log_softmax(one))) for one in logits)
        result = score_labels(self._readings(hypotheses), self._labels)
        made_by = {"split": "validation", "decoder": how.method, "model": "float"}
        return Conclusion(
            how,
            hypotheses,
            ({**made_by, **asdict(result)},),
            f"validation clips: top-1 {result.top1:.1%}, top-3 {result.top3:.1%} of {result.clips} "
            f"(temperature {how.temperature})",
        )

    def _readings(self, hypotheses: Sequence[Hypothesis]) -> list[Reading]:
        return [
            Reading(
                str(number),
                "",
                utterance.text,
                hypothesis.text,
                hypothesis.confidence,
                tuple((choice.text, choice.confidence) for choice in hypothesis.choices),
            )
            for number, (utterance, hypothesis) in enumerate(
                zip(self.utterances, hypotheses, strict=True)
            )
        ]

    def _logits(self, network: Learner) -> np.ndarray:
        """(N, L): what the network says of each utterance."""
        inputs = TrainingInputs(self._recipe)
        shown = (inputs.plain(utterance.frames) for utterance in self.utterances)
        found = [network.final(one).labels for one in shown]
        return np.stack([one for one in found if one is not None])  # as of every such network


def nll(logits: np.ndarray, labels: np.ndarray, smoothing: float = 0.0) -> float:
    """Mean negative log-likelihood of `labels` (N,) under `logits` (N, L).

    `smoothing`: share of the target that is spread over all labels.
    """
    logs = log_softmax(logits)
    right = logs[np.arange(len(labels)), labels]
    return float(-((1 - smoothing) * right + smoothing * logs.mean(axis=1)).mean())


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """What logits (N, L) are divided by so that the confidence in `labels` (N,) means what it says.

    The likeliest temperature: Guo, Pleiss, Sun, Weinberger: "On calibration of modern neural
    networks", ICML 2017. As in Platt's "Probabilistic outputs for support vector machines", 1999,
    the targets are what N clips can vouch for rather than 1: a network that reads all of a few
    dozen clips right is not certain of the next.
    """
    doubt = 1 / (len(labels) + 2)
    best = min(TEMPERATURES, key=lambda temperature: nll(logits / temperature, labels, doubt))
    return round(float(best), 4)


def decoding(recipe: Recipe, temperature: float) -> Decoding:
    """The manifest's decoding settings."""
    return Decoding(
        method=recipe.decoding.method,
        grammar=None,
        word_weight=0.0,
        token_weight=0.0,
        beam=1,
        temperature=temperature,
        threshold=recipe.decoding.threshold,
    )
