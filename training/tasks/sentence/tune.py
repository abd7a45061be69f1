"""How much the grammar decoder should believe each head, found on clips held out of training."""

from collections.abc import Sequence
from itertools import product

import numpy as np

from edge_lip.text.grammar import Grammar, GrammarDecoder
from edge_lip.text.logits import Logits

TOKEN_WEIGHTS = (0.15, 0.25, 0.4, 0.6, 0.8, 1.0)
WORD_WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8)


def tune_weights(
    grammar: Grammar,
    tokens: Sequence[str],
    words: Sequence[str],
    logits: Sequence[Logits],
    texts: Sequence[str],
) -> tuple[float, float]:
    """The token and word weights under which what was said is likeliest.

    Likelihood rather than error rate: it is smooth where a few dozen clips have only a handful of
    errors, and it makes the decoder's confidence mean what it says. Texts that the grammar has
    no place for are passed over.
    """
    places = [_places(grammar, text) for text in texts]
    pairs = [(one, where) for one, where in zip(logits, places, strict=True) if where]

    def likelihood(weights: tuple[float, float]) -> float:
        decoder = GrammarDecoder(grammar, tokens, words, *weights)
        total = 0.0
        for one, where in pairs:
            assert one.tokens is not None  # as of every network that reads sentences
            posteriors = decoder.posteriors(one.tokens, one.words)
            chances = [slot[k] for slot, k in zip(posteriors, where, strict=True)]
            total += float(np.log(np.maximum(chances, 1e-6)).sum())
        return total

    return max(product(TOKEN_WEIGHTS, WORD_WEIGHTS), key=likelihood)


def _places(grammar: Grammar, text: str) -> list[int] | None:
    said = text.split()
    if len(said) != len(grammar.slots):
        return None
    if any(word not in slot for word, slot in zip(said, grammar.slots, strict=True)):
        return None
    return [list(slot).index(word) for word, slot in zip(said, grammar.slots, strict=True)]
