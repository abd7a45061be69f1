"""Sentences as a task: vocabulary, second half, losses."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf
from keras import layers

from ...recipes.recipe import Recipe
from ...samples.utterance import Utterance
from ..task import Classes
from .held_out import SentencesHeldOut
from .losses import ctc_loss, word_loss
from .samples import SentenceSampler
from .vocabulary import collect

CHARACTERS = 25.0
"""In a sentence, about: CTC's loss is of a whole utterance, per character it is comparable to that
of the frame-wise head."""


class SentenceTask:
    """See `training.tasks.Task`."""

    uniform = True
    targets = (
        tf.TensorSpec((None, None), tf.int32),  # tokens: (B, L), 0 after the end
        tf.TensorSpec((None, None), tf.int32),  # words: (B, T)
    )

    def __init__(self, recipe: Recipe, texts: Sequence[str]) -> None:
        self._recipe = recipe
        # The grammar too: it may hold words that nobody happens to say in these clips.
        grammar = [word for slot in recipe.decoding.grammar for word in slot]
        self._vocabulary = collect([*texts, *grammar])
        self.classes = Classes(self._vocabulary.tokens, self._vocabulary.words)

    def build_decode(self, features: int) -> keras.Model:
        """`features` (T, features) → `logits` (T, tokens) for CTC and `words` (T, words + 1)."""
        net = self._recipe.network
        x = entry = keras.Input((None, features), name="features")
        for _ in range(net.layers):
            x = layers.Dropout(net.dropout)(x)
            x = layers.Bidirectional(layers.LSTM(net.units, return_sequences=True))(x)
        x = layers.Dropout(net.dropout)(x)
        outputs = {"logits": layers.Dense(len(self._vocabulary.tokens), name="logits")(x)}
        outputs["words"] = layers.Dense(len(self._vocabulary.words) + 1, name="words")(x)
        return keras.Model(entry, outputs, name="decode")

    def sampler(self, utterances: Sequence[Utterance]) -> SentenceSampler:
        """Splices words where their times are known."""
        return SentenceSampler(utterances, self._recipe, self._vocabulary)

    def losses(self, outputs: dict[str, Any], *targets: Any) -> dict[str, Any]:
        """CTC's loss per character, and that of the frame-wise words."""
        tokens, words = targets
        ctc = ctc_loss(tokens, outputs["logits"])
        frames = word_loss(words, outputs["words"])
        loss = ctc / CHARACTERS + self._recipe.fit.word_loss * frames
        return {"loss": loss, "ctc": ctc, "word": frames}

    def held_out(self, utterances: Sequence[Utterance]) -> SentencesHeldOut:
        """Word error rates, and the grammar's weights."""
        return SentencesHeldOut(self._recipe, self._vocabulary, utterances)


def make_sentence(recipe: Recipe, texts: Sequence[str]) -> SentenceTask:
    """The task over all sentences to learn from. Raises DataError for characters outside a-z."""
    return SentenceTask(recipe, texts)
