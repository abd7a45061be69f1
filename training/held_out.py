"""Clips of the train list that are watched instead of learned: curves, and decoder weights."""

from collections.abc import Sequence

import numpy as np

from edge_lip.model import Decoding, Logits
from edge_lip.model.file import log_softmax
from edge_lip.mouth import normalize
from edge_lip.text import Grammar, Hypothesis, make_decoder

from .fit import Fit
from .metrics import Reading, Score, score
from .recipe import Recipe
from .samples import Utterance
from .tune import tune_weights
from .vocabulary import Vocabulary

UNTUNED = (1.0, 0.5)
"""Weights of tokens and words where there is nothing to find better ones on."""


def centre_crops(utterance: Utterance, recipe: Recipe) -> np.ndarray:
    """(T, height, width) float32, normalized: what the device would cut, without the margin."""
    m = recipe.crop.margin
    _, height, width = utterance.images.shape
    return normalize(utterance.images[:, m : height - m, m : width - m])


class HeldOut:
    """Held-out utterances and how they are read."""

    def __init__(
        self, recipe: Recipe, vocabulary: Vocabulary, utterances: Sequence[Utterance]
    ) -> None:
        self.recipe, self.vocabulary, self.utterances = recipe, vocabulary, utterances
        self.texts = [" ".join(utterance.text) for utterance in utterances]

    def watch(self, fit: Fit) -> dict[str, float | None]:
        """Error rates for the history, every few epochs; None in between. Read without grammar:
        that shows how the network learns rather than how little the grammar needs."""
        last = fit.epoch == self.recipe.fit.epochs
        if not self.texts or (fit.epoch % self.recipe.fit.watch and not last):
            return {"holdout_wer": None, "holdout_cer": None}
        read = self.read(self.logits(fit), decoding(self.recipe, UNTUNED), "greedy")
        result = self.score(read)
        return {"holdout_wer": result.wer, "holdout_cer": result.cer}

    def logits(self, fit: Fit) -> list[Logits]:
        """What the network says of each utterance, as log-probabilities."""
        outputs = [fit.predict(centre_crops(u, self.recipe)) for u in self.utterances]
        return [Logits(log_softmax(o["logits"]), log_softmax(o["words"])) for o in outputs]

    def tuned(self, logits: Sequence[Logits]) -> Decoding:
        """The recipe's decoding, with the weights under which these utterances are likeliest."""
        weights = UNTUNED
        if self.texts and self.recipe.decoding.grammar:
            grammar = Grammar(self.recipe.decoding.grammar)
            tokens, words = self.vocabulary.tokens, self.vocabulary.words
            weights = tune_weights(grammar, tokens, words, logits, self.texts)
        return decoding(self.recipe, weights)

    def read(
        self, logits: Sequence[Logits], how: Decoding, method: str | None = None
    ) -> list[Hypothesis]:
        """The utterances' texts."""
        decoder = make_decoder(how, self.vocabulary.tokens, self.vocabulary.words, method)
        return [decoder(one) for one in logits]

    def score(self, hypotheses: Sequence[Hypothesis]) -> Score:
        """Error rates of texts read of the utterances."""
        return score(
            [
                Reading(str(k), "", text, hypothesis.text, hypothesis.confidence)
                for k, (text, hypothesis) in enumerate(zip(self.texts, hypotheses, strict=True))
            ]
        )


def decoding(recipe: Recipe, weights: tuple[float, float]) -> Decoding:
    """The manifest's decoding settings."""
    return Decoding(
        method=recipe.decoding.method,
        grammar=recipe.decoding.grammar or None,
        token_weight=weights[0],
        word_weight=weights[1],
        beam=recipe.decoding.beam,
    )
