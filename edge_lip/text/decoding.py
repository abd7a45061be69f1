"""Decoders by name, made from the decoding settings of a model's manifest."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..errors import UsageError
from .beam import beam
from .classes import Classes
from .decoders import DECODERS
from .grammar import Grammar, GrammarDecoder
from .greedy import greedy
from .hypothesis import Hypothesis
from .label import label
from .lexicon import Lexicon, lexicon
from .logits import Logits

if TYPE_CHECKING:
    from .tasks import Task


@dataclass(frozen=True)
class Decoding:
    """How logits become text unless the user asks otherwise."""

    method: str
    """One of `edge_lip.text.decoders.DECODERS`."""
    grammar: tuple[tuple[str, ...], ...] | None
    """Slots, each with its alternatives."""
    word_weight: float
    """Of the words head's evidence in the grammar."""
    token_weight: float
    """Of the tokens' evidence in the grammar."""
    beam: int
    """How many hypotheses the beam search keeps."""
    temperature: float = 1.0
    """What label logits are divided by before the softmax, so that a confidence of 0.9 is right
    nine times in ten (Guo et al., "On calibration of modern neural networks", 2017)."""
    threshold: float = 0.0
    """A final text with less confidence than this (0 to 1) is rejected."""
    activation: str = "softmax"
    """What makes probabilities of the outputs: one of `edge_lip.text.logits.ACTIVATIONS`."""
    apart: int = 0
    """How many of the features, the last ones, are of the lips' shape, where a final text is made
    of these and of the picture's each alone as well (see `edge_lip.reading.recognizer`); 0 where it
    is made of all together."""


Read = Callable[[Logits], Hypothesis]


@dataclass(frozen=True)
class Decoder:
    """Called with the logits of a whole utterance; `partial` takes those of one that goes on."""

    name: str
    final: Read
    partial: Read

    def __call__(self, logits: Logits) -> Hypothesis:
        return self.final(logits)


def make_decoder(
    task: "Task", settings: Decoding, classes: Classes, method: str | None = None
) -> Decoder:
    """The decoder `method`, or the one that `settings` name, for a model of `task`.

    Raises UsageError for a name that is none of DECODERS, and for a decoder that needs what the
    model does not have.
    """
    fitting = ", ".join(task.decoders)
    name = method or settings.method
    if name not in DECODERS:
        raise UsageError(f"there is no decoder {name!r}: choose one of {fitting}")
    if name not in task.decoders:
        raise UsageError(
            f"the {name} decoder can't read this model, which {task.does}: choose one of {fitting}"
        )
    final, partial = DECODERS[name].load()(settings, classes)
    return Decoder(name, final, partial)


def make_greedy(settings: Decoding, classes: Classes) -> tuple[Read, Read]:
    """`final` and `partial` of a decoder that takes the likeliest token of each moment."""

    def final(logits: Logits) -> Hypothesis:
        return greedy(_tokens(logits), classes.tokens)

    def partial(logits: Logits) -> Hypothesis:
        return greedy(_tokens(logits), classes.tokens, partial=True)

    return final, partial


def make_beam(settings: Decoding, classes: Classes) -> tuple[Read, Read]:
    """`final` and `partial` of a decoder that searches the spellings."""
    return _search(settings, classes, None)


def make_lexicon(settings: Decoding, classes: Classes) -> tuple[Read, Read]:
    """`final` and `partial` of a decoder that spells the model's words; raises UsageError for a
    model without."""
    if not classes.words:
        raise UsageError("the lexicon decoder needs a model with a list of words: this has none")
    return _search(settings, classes, lexicon(classes.words, classes.tokens))


def make_grammar(settings: Decoding, classes: Classes) -> tuple[Read, Read]:
    """`final` and `partial` of a decoder that keeps to the model's grammar; raises UsageError for
    a model without."""
    if not settings.grammar:
        raise UsageError(
            "the grammar decoder needs a model with a grammar: this has none, take another decoder,"
            " such as beam"
        )
    decoder = GrammarDecoder(
        Grammar(tuple(tuple(slot) for slot in settings.grammar)),
        classes.tokens,
        classes.words,
        settings.token_weight,
        settings.word_weight,
    )

    def final(logits: Logits) -> Hypothesis:
        return decoder(_tokens(logits), logits.words)

    def partial(logits: Logits) -> Hypothesis:
        return decoder.partial(_tokens(logits), logits.words)

    return final, partial


def _search(settings: Decoding, classes: Classes, words: Lexicon | None) -> tuple[Read, Read]:
    def final(logits: Logits) -> Hypothesis:
        return beam(_tokens(logits), classes.tokens, settings.beam, words, count=1)[0]

    def partial(logits: Logits) -> Hypothesis:
        tokens = _tokens(logits)
        return beam(tokens, classes.tokens, settings.beam, words, partial=True, count=1)[0]

    return final, partial


def make_label(settings: Decoding, classes: Classes) -> tuple[Read, Read]:
    """`final` and `partial` of a decoder that takes the likeliest label."""

    def read(logits: Logits) -> Hypothesis:
        assert logits.labels is not None, "the model has labels in its manifest"
        return label(logits.labels, classes.labels, settings.temperature, settings.activation)

    return read, read


def _tokens(logits: Logits) -> np.ndarray:
    assert logits.tokens is not None, "the model has no labels in its manifest"
    return logits.tokens
