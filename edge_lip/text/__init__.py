"""From a model's log-probabilities to text: CTC greedy, prefix beam, lexicon, grammar; labels."""

from .beam import beam
from .decoding import DECODERS, Decoder, make_decoder
from .grammar import Grammar, GrammarDecoder
from .greedy import greedy
from .hypothesis import NOTHING, Choice, Hypothesis, Word
from .label import label
from .lexicon import Lexicon, lexicon
from .silence import says_something

__all__ = [
    "DECODERS",
    "NOTHING",
    "Choice",
    "Decoder",
    "Grammar",
    "GrammarDecoder",
    "Hypothesis",
    "Lexicon",
    "Word",
    "beam",
    "greedy",
    "label",
    "lexicon",
    "make_decoder",
    "says_something",
]
