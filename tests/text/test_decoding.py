"""Decoders by name."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from spoken import COMMANDS, WORDS, speak

from edge_lip.errors import UsageError
from edge_lip.text import DECODERS, make_decoder
from edge_lip.text.tokens import CHARACTERS

SENTENCE = "bin white in q zero again"


@dataclass(frozen=True)
class Settings:
    method: str = "grammar"
    grammar: tuple[tuple[str, ...], ...] | None = COMMANDS.slots
    token_weight: float = 0.5
    word_weight: float = 0.5
    beam: int = 8


@dataclass(frozen=True)
class Logits:
    tokens: np.ndarray
    words: np.ndarray | None


@pytest.mark.parametrize("method", DECODERS)
def test_every_decoder_reads_and_reads_partially(method: str) -> None:
    decoder = make_decoder(Settings(), CHARACTERS, WORDS, method)
    tokens, words = speak(SENTENCE)
    assert decoder.name == method
    assert decoder(Logits(tokens, words)).text == SENTENCE
    assert decoder.partial(Logits(tokens, words)).text == SENTENCE
    assert decoder.partial(Logits(tokens[:19], words[:19])).text.startswith("bin")
    empty = decoder(Logits(tokens[:0], words[:0]))
    assert (empty.text, empty.confidence, empty.words) == ("", 0.0, ())


def test_the_manifest_names_the_decoder() -> None:
    assert make_decoder(Settings(), CHARACTERS, WORDS).name == "grammar"
    assert make_decoder(replace(Settings(), method="beam"), CHARACTERS).name == "beam"


def test_a_model_without_words_head_reads_by_tokens() -> None:
    tokens, _ = speak(SENTENCE)
    assert make_decoder(Settings(), CHARACTERS)(Logits(tokens, None)).text == SENTENCE


def test_wrong_names_and_missing_parts() -> None:
    with pytest.raises(UsageError, match="'telepathy': choose one of greedy, beam"):
        make_decoder(Settings(), CHARACTERS, WORDS, "telepathy")
    with pytest.raises(UsageError, match="needs a model with a grammar"):
        make_decoder(replace(Settings(), grammar=None), CHARACTERS, WORDS)
    with pytest.raises(UsageError, match="list of words"):
        make_decoder(Settings(), CHARACTERS, method="lexicon")
