"""How sentences are learned: vocabulary, samples, losses."""

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from ...recipes.recipe import Recipe
from ...samples.example import Example
from .losses import ctc_loss, word_loss
from .samples import SentenceSampler
from .validation import SentenceValidation
from .vocabulary import collect

CHARACTERS = 25.0
"""In a sentence, about: CTC's loss is of a whole utterance, per character it is comparable to that
of the frame-wise head."""


class SentenceLearning:
    """See `training.tasks.Learning`."""

    head = "sentence"
    uniform = True
    targets = (
        tf.TensorSpec((None, None), tf.int32),  # tokens: (B, L), 0 after the end
        tf.TensorSpec((None, None), tf.int32),  # words: (B, T)
    )

    def __init__(self, recipe: Recipe, texts: Sequence[str]) -> None:
        """Over all sentences to learn from. Raises DataError for characters outside a-z."""
        self._recipe = recipe
        # The grammar too: it may hold words that nobody happens to say in these clips.
        grammar = [word for slot in recipe.decoding.grammar for word in slot]
        self._vocabulary = collect([*texts, *grammar])
        self.classes = self._vocabulary.classes

    def sampler(self, utterances: Sequence[Example]) -> SentenceSampler:
        """Splices words where their times are known."""
        return SentenceSampler(utterances, self._recipe, self._vocabulary)

    def losses(self, outputs: dict[str, Any], *targets: Any) -> dict[str, Any]:
        """CTC's loss per character, and that of the frame-wise words."""
        tokens, words = targets
        ctc = ctc_loss(tokens, outputs["logits"])
        frames = word_loss(words, outputs["words"])
        loss = ctc / CHARACTERS + self._recipe.fit.word_loss * frames
        return {"loss": loss, "ctc": ctc, "word": frames}

    def validation(self, utterances: Sequence[Example]) -> SentenceValidation:
        """Word error rates, and the grammar's weights."""
        return SentenceValidation(self._recipe, self._vocabulary, utterances)
