"""When each word of a sentence is said that is known, by what a network says of the pictures."""

from collections.abc import Sequence

from edge_lip.errors import UsageError
from edge_lip.text.classes import Classes
from edge_lip.text.grammar import Grammar, GrammarDecoder
from edge_lip.text.logits import Logits


def find_words(
    words: Sequence[str], logits: Logits, classes: Classes, weights: tuple[float, float]
) -> tuple[tuple[float, float], ...]:
    """Start and end in frames of each of the `words` of an utterance (forced alignment); none where
    they can't be spelled with the network's `classes`, or there are too few frames. `weights`: of
    its tokens and of its words, which count where it knows all of them."""
    tokens, known = weights
    known = known if set(words) <= set(classes.words) else 0.0
    try:
        sentence = Grammar(tuple((word,) for word in words))
        decoder = GrammarDecoder(sentence, classes.tokens, classes.words, tokens or 1.0, known)
    except UsageError:
        return ()
    assert logits.tokens is not None  # as of every network that reads sentences
    found = decoder(logits.tokens, logits.words).words
    return tuple((float(word.start), float(word.end)) for word in found)
