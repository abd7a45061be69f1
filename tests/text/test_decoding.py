"""Decoders by name."""

from dataclasses import replace

import numpy as np
import pytest
from support.spoken import COMMANDS, WORDS, speak

from edge_lip.errors import UsageError
from edge_lip.text.classes import Classes
from edge_lip.text.decoders import DECODERS
from edge_lip.text.decoding import Decoding, make_decoder
from edge_lip.text.logits import Logits
from edge_lip.text.tasks import TASKS
from edge_lip.text.tokens import CHARACTERS

SENTENCE = "bin white in q zero again"
SPELLS, TELLS = TASKS["sentence"], TASKS["label"]
BOTH, LETTERS = Classes(CHARACTERS, WORDS), Classes(CHARACTERS)

SETTINGS = Decoding("grammar", COMMANDS.slots, 0.5, 0.5, 8)


@pytest.mark.parametrize("method", SPELLS.decoders)
def test_every_decoder_reads_and_reads_partially(method: str) -> None:
    decoder = make_decoder(SPELLS, SETTINGS, BOTH, method)
    tokens, words = speak(SENTENCE)
    assert decoder.name == method
    assert decoder(Logits(tokens, words)).text == SENTENCE
    assert decoder.partial(Logits(tokens, words)).text == SENTENCE
    assert decoder.partial(Logits(tokens[:19], words[:19])).text.startswith("bin")
    for word in decoder(Logits(tokens, words)).words:
        assert word.choices[0].text == word.text
    assert not any(word.choices for word in decoder.partial(Logits(tokens, words)).words)
    empty = decoder(Logits(tokens[:0], words[:0]))
    assert (empty.text, empty.confidence, empty.words) == ("", 0.0, ())


def test_the_manifest_names_the_decoder() -> None:
    assert make_decoder(SPELLS, SETTINGS, BOTH).name == "grammar"
    assert make_decoder(SPELLS, replace(SETTINGS, method="beam"), LETTERS).name == "beam"


def test_a_model_without_words_head_reads_by_tokens() -> None:
    tokens, _ = speak(SENTENCE)
    assert make_decoder(SPELLS, SETTINGS, LETTERS)(Logits(tokens, None)).text == SENTENCE


def test_wrong_names_and_missing_parts() -> None:
    with pytest.raises(UsageError, match="'telepathy': choose one of greedy, beam"):
        make_decoder(SPELLS, SETTINGS, BOTH, "telepathy")
    with pytest.raises(UsageError, match="needs a model with a grammar"):
        make_decoder(SPELLS, replace(SETTINGS, grammar=None), BOTH)
    with pytest.raises(UsageError, match="list of words"):
        make_decoder(SPELLS, SETTINGS, LETTERS, "lexicon")


LABELS = ("Stop", "Excuse me", "Web")
FOR_LABELS = Decoding("label", None, 0.0, 0.0, 1, temperature=2.0)


def test_labels_are_read_like_sentences() -> None:
    decoder = make_decoder(TELLS, FOR_LABELS, Classes(labels=LABELS))
    logits = Logits(None, None, np.log(np.array([0.09, 0.9, 0.01], np.float32)))
    assert decoder.name == "label"
    assert decoder(logits) == decoder.partial(logits)
    assert [choice.text for choice in decoder(logits).choices] == ["Excuse me", "Stop", "Web"]
    assert decoder(logits).confidence == pytest.approx(0.9**0.5 / (0.3 + 0.9**0.5 + 0.1))


@pytest.mark.parametrize("method", DECODERS)
def test_a_decoder_of_the_other_task(method: str) -> None:
    """Each decoder is for one of the two kinds of models; the message names the other's."""
    if method == "label":
        with pytest.raises(UsageError, match="spells sentences: choose one of greedy, beam, lex"):
            make_decoder(SPELLS, SETTINGS, BOTH, method)
    else:
        with pytest.raises(UsageError, match="tells labels: choose one of label$"):
            make_decoder(TELLS, FOR_LABELS, Classes(labels=LABELS), method)
