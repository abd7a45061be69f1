"""Clips that are not learned but read on the way: curves, and decoder weights."""

from collections.abc import Sequence
from dataclasses import asdict

from edge_lip.text.decoding import Decoding, make_decoder
from edge_lip.text.grammar import Grammar
from edge_lip.text.hypothesis import Hypothesis
from edge_lip.text.logits import Logits
from edge_lip.text.tasks import TASKS

from ...recipes.recipe import Recipe
from ...reports.metrics import Reading, Score, score
from ...samples.example import Example
from ...samples.inputs import TrainingInputs
from ..task import Conclusion, Learner
from .tune import tune_weights
from .vocabulary import Vocabulary

UNTUNED = (1.0, 0.5)
"""Weights of tokens and words where there is nothing to find better ones on."""


class SentenceValidation:
    """Validation utterances and how they are read."""

    def __init__(
        self, recipe: Recipe, vocabulary: Vocabulary, utterances: Sequence[Example]
    ) -> None:
        self._recipe, self._vocabulary = recipe, vocabulary
        self.utterances = utterances
        self._texts = [utterance.text for utterance in utterances]

    def watch(self, network: Learner) -> dict[str, float | None]:
        """Error rates for the history, every few epochs; None in between. Read without grammar:
        that shows how the network learns rather than how little the grammar needs."""
        last = network.epoch == self._recipe.fit.epochs
        if not self._texts or (network.epoch % self._recipe.fit.watch and not last):
            return {"validation_wer": None, "validation_cer": None}
        read = self._read(self._logits(network), decoding(self._recipe, UNTUNED), "greedy")
        result = self._score(read)
        return {"validation_wer": result.wer, "validation_cer": result.cer}

    def conclude(self, network: Learner) -> Conclusion:
        """Find the decoder's weights, then read with them."""
        logits = self._logits(network)
        how = self._tuned(logits)
        hypotheses = self._read(logits, how)
        if not hypotheses:
            return Conclusion(how, (), (), "")
        result = self._score(hypotheses)
        made_by = {"split": "validation", "decoder": how.method, "model": "float"}
        return Conclusion(
            how,
            tuple(hypotheses),
            ({**made_by, **asdict(result)},),
            f"validation clips: WER {result.wer:.1%}, CER {result.cer:.1%} "
            f"(weights: tokens {how.token_weight}, words {how.word_weight})",
        )

    def _logits(self, network: Learner) -> list[Logits]:
        """What the network says of each utterance, as log-probabilities."""
        inputs = TrainingInputs(self._recipe)
        return [network.final(inputs.plain(u.frames)) for u in self.utterances]

    def _tuned(self, logits: Sequence[Logits]) -> Decoding:
        """The recipe's decoding, with the weights under which these utterances are likeliest."""
        weights = UNTUNED
        if self._texts and self._recipe.decoding.grammar:
            grammar = Grammar(self._recipe.decoding.grammar)
            tokens, words = self._vocabulary.tokens, self._vocabulary.words
            weights = tune_weights(grammar, tokens, words, logits, self._texts)
        return decoding(self._recipe, weights)

    def _read(
        self, logits: Sequence[Logits], how: Decoding, method: str | None = None
    ) -> list[Hypothesis]:
        """The utterances' texts."""
        decoder = make_decoder(TASKS["sentence"], how, self._vocabulary.classes, method)
        return [decoder(one) for one in logits]

    def _score(self, hypotheses: Sequence[Hypothesis]) -> Score:
        """Error rates of texts read of the utterances."""
        return score(
            [
                Reading(str(k), "", text, hypothesis.text, hypothesis.confidence)
                for k, (text, hypothesis) in enumerate(zip(self._texts, hypotheses, strict=True))
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
        threshold=recipe.decoding.threshold,
    )
