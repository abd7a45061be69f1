"""From a model's log-probabilities to text: CTC greedy, prefix beam, lexicon, grammar."""

from .beam import beam
from .decoding import DECODERS, Decoder, make_decoder
from .grammar import Grammar, GrammarDecoder
from .greedy import greedy
from .hypothesis import Hypothesis, Word
from .lexicon import Lexicon, lexicon

__all__ = [
    "DECODERS",
    "Decoder",
    "Grammar",
    "GrammarDecoder",
    "Hypothesis",
    "Lexicon",
    "Word",
    "beam",
    "greedy",
    "lexicon",
    "make_decoder",
]
