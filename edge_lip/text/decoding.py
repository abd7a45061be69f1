"""Decoders by name, made from the decoding settings of a model's manifest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..errors import UsageError
from .beam import beam
from .grammar import Grammar, GrammarDecoder
from .greedy import greedy
from .hypothesis import Hypothesis
from .lexicon import Lexicon, lexicon


class Settings(Protocol):
    """What a manifest says about decoding."""

    @property
    def method(self) -> str:
        """The decoder to use unless another is asked for."""

    @property
    def grammar(self) -> Sequence[Sequence[str]] | None:
        """The slots of the grammar, each with its words."""

    @property
    def token_weight(self) -> float:
        """How much the grammar decoder counts the tokens."""

    @property
    def word_weight(self) -> float:
        """How much the grammar decoder counts the words head."""

    @property
    def beam(self) -> int:
        """How many prefixes the beam search follows."""


class Logits(Protocol):
    """What a model gives for an utterance."""

    @property
    def tokens(self) -> np.ndarray:
        """Log-probabilities (T, C)."""

    @property
    def words(self) -> np.ndarray | None:
        """Log-probabilities (T, W + 1), or None when the model has no words head."""


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
    settings: Settings,
    tokens: Sequence[str],
    words: Sequence[str] = (),
    method: str | None = None,
) -> Decoder:
    """The decoder `method`, or the one that `settings` name.

    `tokens` are the model's tokens with blank as class 0, `words` the words of its words head
    without silence. Raises UsageError for a name that is none of DECODERS, and for a decoder that
    needs what the model does not have.
    """
    name = method or settings.method
    if name not in DECODERS:
        raise UsageError(f"there is no decoder {name!r}: choose one of {', '.join(DECODERS)}")
    final, partial = DECODERS[name](settings, tokens, words)
    return Decoder(name, final, partial)


def _greedy(settings: Settings, tokens: Sequence[str], words: Sequence[str]) -> tuple[Read, Read]:
    def read(logits: Logits) -> Hypothesis:
        return greedy(logits.tokens, tokens)

    return read, read


def _beam(settings: Settings, tokens: Sequence[str], words: Sequence[str]) -> tuple[Read, Read]:
    return _search(settings, tokens, None)


def _lexicon(settings: Settings, tokens: Sequence[str], words: Sequence[str]) -> tuple[Read, Read]:
    if not words:
        raise UsageError("the lexicon decoder needs a model with a list of words: this has none")
    return _search(settings, tokens, lexicon(words, tokens))


def _grammar(settings: Settings, tokens: Sequence[str], words: Sequence[str]) -> tuple[Read, Read]:
    if not settings.grammar:
        raise UsageError(
            "the grammar decoder needs a model with a grammar: this has none, choose another of"
            f" {', '.join(DECODERS)}"
        )
    decoder = GrammarDecoder(
        Grammar(tuple(tuple(slot) for slot in settings.grammar)),
        tokens,
        words,
        settings.token_weight,
        settings.word_weight,
    )

    def final(logits: Logits) -> Hypothesis:
        return decoder(logits.tokens, logits.words)

    def partial(logits: Logits) -> Hypothesis:
        return decoder.partial(logits.tokens, logits.words)

    return final, partial


def _search(settings: Settings, tokens: Sequence[str], words: Lexicon | None) -> tuple[Read, Read]:
    def final(logits: Logits) -> Hypothesis:
        return beam(logits.tokens, tokens, settings.beam, words, count=1)[0]

    def partial(logits: Logits) -> Hypothesis:
        return beam(logits.tokens, tokens, settings.beam, words, partial=True, count=1)[0]

    return final, partial


DECODERS: dict[str, Callable[..., tuple[Read, Read]]] = {
    "greedy": _greedy,
    "beam": _beam,
    "lexicon": _lexicon,
    "grammar": _grammar,
}
