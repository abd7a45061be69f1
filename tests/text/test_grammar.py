"""The grammar decoder against all sentences and alignments there are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.brute_force import Key, grammar, random_log_probs, segmentations
from support.spoken import COMMANDS, WORDS, speak

from edge_lip.errors import UsageError
from edge_lip.text.alignment import word_spans
from edge_lip.text.grammar import Grammar, GrammarDecoder
from edge_lip.text.hypothesis import Hypothesis
from edge_lip.text.tokens import CHARACTERS

TOKENS = ("", " ", "a", "b")
SMALL = Grammar((("a", "ab", "bb"), ("b", "aa")))
# While speaking, a word and the beginning of a longer one would tie: here none begins another.
PREFIX_FREE = Grammar((("a", "ba", "bb"), ("b", "aa")))
SMALL_WORDS = ["aa", "a", "b", "bb", "ab", "ba"]
SENTENCE = "place red by k seven please"

few = settings(derandomize=True, deadline=None, max_examples=8)
seeds = st.integers(0, 10_000)


def mass(found: dict[Key, tuple[float, int]]) -> dict[tuple[str, ...], float]:
    """The share of all alignments, by the words they complete."""
    shares: dict[tuple[str, ...], float] = {}
    for (words, _), (score, complete) in found.items():
        said = words[:complete]
        shares[said] = shares.get(said, 0.0) + np.exp(score)
    total = sum(shares.values())
    return {said: share / total for said, share in shares.items()}


def check(
    hypothesis: Hypothesis,
    found: dict[Key, tuple[float, int]],
    heard: np.ndarray | None = None,
    partial: bool = False,
) -> None:
    """Text by the best alignment; the confidences by sums over all that say the same."""
    (words, path), (_, complete) = max(found.items(), key=lambda item: item[1][0])
    said = words[:complete]
    assert hypothesis.text == " ".join(said)
    if not said:
        assert hypothesis == Hypothesis("", 0.0)
        return
    shares = mass(found)
    whole = sum(share for others, share in shares.items() if others[: len(said)] == said)
    assert hypothesis.confidence == pytest.approx(whole, abs=1e-9)
    for place, word in enumerate(hypothesis.words):
        assert word.text == said[place]
        share = sum(s for others, s in shares.items() if others[place : place + 1] == (word.text,))
        assert word.confidence == pytest.approx(share, abs=1e-9)
        assert partial or {one.text for one in word.choices} >= {word.text} or share < 0.001
        shown = [one.confidence for one in word.choices]
        assert shown == sorted(shown, reverse=True) and (not shown) is partial
        for one in word.choices:
            said_so = (share for others, share in shares.items() if others[place] == one.text)
            assert one.confidence == pytest.approx(sum(said_so), abs=1e-9)
        if heard is None:  # times are the characters' own
            assert path[word.start] == TOKENS.index(word.text[0])
            assert path[word.end - 1] == TOKENS.index(word.text[-1])
    if heard is not None:  # times are the words head's
        classes = [SMALL_WORDS.index(word) + 1 for word in said]
        spans = word_spans(heard, classes, goes_on=partial)
        assert [(word.start, word.end) for word in hypothesis.words] == spans


@pytest.mark.parametrize(("small", "partial"), [(SMALL, False), (PREFIX_FREE, True)])
@few
@given(seed=seeds, frames=st.integers(1, 6))
def test_tokens_alone(small: Grammar, partial: bool, seed: int, frames: int) -> None:
    log_probs = random_log_probs(seed, frames, len(TOKENS))
    decoder = GrammarDecoder(small, TOKENS)
    found = grammar(small.slots, TOKENS, log_probs, partial=partial)
    if not found:
        assert decoder(log_probs) == Hypothesis("", 0.0)
    else:
        check((decoder.partial if partial else decoder)(log_probs), found, partial=partial)


@pytest.mark.parametrize(("small", "partial"), [(SMALL, False), (PREFIX_FREE, True)])
@few
@given(seed=seeds, frames=st.integers(3, 6))
def test_tokens_and_words(small: Grammar, partial: bool, seed: int, frames: int) -> None:
    tokens = random_log_probs(seed, frames, len(TOKENS))
    words = random_log_probs(seed + 1, frames, len(SMALL_WORDS) + 1)
    decoder = GrammarDecoder(small, TOKENS, SMALL_WORDS, token_weight=0.7, word_weight=0.4)
    found = grammar(small.slots, TOKENS, tokens, words, SMALL_WORDS, (0.7, 0.4), partial)
    check((decoder.partial if partial else decoder)(tokens, words), found, words, partial)


@few
@given(seeds)
def test_words_alone(seed: int) -> None:
    tokens = random_log_probs(seed, 7, len(TOKENS))
    words = random_log_probs(seed + 1, 7, len(SMALL_WORDS) + 1)
    decoder = GrammarDecoder(SMALL, TOKENS, SMALL_WORDS, token_weight=0.0, word_weight=1.0)
    hypothesis = decoder(tokens, words)
    found = segmentations(SMALL.slots, words, SMALL_WORDS)
    best = max(found, key=lambda sentence: max(found[sentence]))
    sums = {sentence: np.exp(scores).sum() for sentence, scores in found.items()}
    assert hypothesis.text == " ".join(best)
    assert hypothesis.confidence == pytest.approx(sums[best] / sum(sums.values()))
    for place, word in enumerate(hypothesis.words):
        share = sum(s for sentence, s in sums.items() if sentence[place] == word.text)
        assert word.confidence == pytest.approx(share / sum(sums.values()))
        assert word.end - word.start >= len(word.text)


@few
@given(
    seed=seeds, frames=st.integers(40, 80), weights=st.sampled_from([(1, 0), (0.5, 0.3), (0, 1)])
)
def test_any_logits_give_a_sentence(seed: int, frames: int, weights: tuple[float, float]) -> None:
    tokens = random_log_probs(seed, frames, len(CHARACTERS))
    words = random_log_probs(seed + 1, frames, len(WORDS) + 1)
    decoder = GrammarDecoder(COMMANDS, CHARACTERS, WORDS, *weights)
    hypothesis = decoder(tokens, words)
    assert len(hypothesis.words) == 6
    last = 0
    for word, slot in zip(hypothesis.words, COMMANDS.slots, strict=True):
        assert word.text in slot
        assert last <= word.start < word.end <= frames
        assert hypothesis.confidence <= word.confidence + 1e-9
        last = word.end
    posteriors = decoder.posteriors(tokens, words)
    for word, slot, posterior in zip(hypothesis.words, COMMANDS.slots, posteriors, strict=True):
        assert posterior.sum() == pytest.approx(1.0)
        assert posterior[slot.index(word.text)] == pytest.approx(word.confidence)
    assert decoder(tokens, words) == hypothesis


@pytest.mark.parametrize("weights", [(1.0, 0.0), (0.5, 0.5), (0.0, 1.0)])
def test_clear_speech(weights: tuple[float, float]) -> None:
    tokens, words = speak(SENTENCE)
    decoder = GrammarDecoder(COMMANDS, CHARACTERS, WORDS, *weights)
    hypothesis = decoder(tokens, words)
    assert hypothesis.text == SENTENCE
    assert hypothesis.confidence > 0.95
    first = hypothesis.words[0]
    assert (first.text, first.start) == ("place", 4)


@pytest.mark.parametrize("weights", [(1.0, 0.0), (0.5, 0.5), (0.0, 1.0)])
def test_text_grows_while_speaking(weights: tuple[float, float]) -> None:
    tokens, words = speak(SENTENCE)
    decoder = GrammarDecoder(COMMANDS, CHARACTERS, WORDS, *weights)
    seen = [decoder.partial(tokens[:t], words[:t]).text for t in range(len(tokens) + 1)]
    assert seen[:4] == [""] * 4
    assert seen[-1] == SENTENCE
    for before, after in zip(seen, seen[1:], strict=False):
        assert after.startswith(before)
    assert len(set(seen)) == 7


def test_words_overrule_unclear_tokens() -> None:
    tokens, _ = speak("place red by b seven please", clear=3.0)
    _, words = speak("place red by p seven please")
    assert GrammarDecoder(COMMANDS)(tokens).words[3].text == "b"
    decoder = GrammarDecoder(COMMANDS, CHARACTERS, WORDS, 0.5, 0.5)
    assert decoder(tokens, words).words[3].text == "p"
    assert decoder(tokens).words[3].text == "b"


def test_weights_scaled_down_make_it_modest() -> None:
    tokens, words = speak(SENTENCE, clear=4.0)
    bold = GrammarDecoder(COMMANDS, CHARACTERS, WORDS, 1.0, 1.0)(tokens, words)
    modest = GrammarDecoder(COMMANDS, CHARACTERS, WORDS, 0.1, 0.1)(tokens, words)
    assert modest.text == bold.text
    assert 0 < modest.confidence < bold.confidence


@pytest.mark.parametrize("weights", [(1.0, 0.0), (0.5, 0.5), (0.0, 1.0)])
def test_priors_decide_between_equals(weights: tuple[float, float]) -> None:
    grammar = Grammar((("a", "b"), ("b", "a")), ((np.log(0.9), np.log(0.1)), (0.0, np.log(0.25))))
    tokens = np.full((5, 4), np.log(0.25))
    words = np.full((5, 3), np.log(1 / 3))
    decoder = GrammarDecoder(grammar, TOKENS, ["a", "b"], *weights)
    hypothesis = decoder(tokens, words)
    assert hypothesis.text == "a b"
    assert [word.confidence for word in hypothesis.words] == pytest.approx([0.9, 0.8])
    assert hypothesis.confidence == pytest.approx(0.72)


@pytest.mark.parametrize("weights", [(1.0, 0.0), (0.5, 0.5), (0.0, 1.0)])
@pytest.mark.parametrize("frames", [0, 1, 5])
def test_too_short(frames: int, weights: tuple[float, float]) -> None:
    tokens, words = speak(SENTENCE)
    decoder = GrammarDecoder(COMMANDS, CHARACTERS, WORDS, *weights)
    assert decoder(tokens[:frames], words[:frames]) == Hypothesis("", 0.0)
    assert decoder.partial(tokens[:frames], words[:frames]).text == ""
    for posterior in decoder.posteriors(tokens[:frames], words[:frames]):
        assert not posterior.any()


def test_one_frame_is_enough_for_one_letter() -> None:
    decoder = GrammarDecoder(Grammar((("a", "b"),)), TOKENS)
    log_probs = np.log(np.array([[0.1, 0.1, 0.2, 0.6]]))
    hypothesis = decoder(log_probs)
    assert hypothesis.text == "b"
    assert hypothesis.confidence == pytest.approx(0.75)
    assert (hypothesis.words[0].start, hypothesis.words[0].end) == (0, 1)


def test_probability_zero_is_no_obstacle() -> None:
    with np.errstate(divide="ignore"):
        log_probs = np.log(np.eye(4)[[2, 1, 3]])
    assert GrammarDecoder(SMALL, TOKENS)(log_probs).text == "a b"
    assert GrammarDecoder(SMALL, TOKENS)(log_probs[:, [0, 1, 3, 2]]).text != ""


@pytest.mark.parametrize(
    ("slots", "priors", "message"),
    [
        ((), None, "at least one slot"),
        ((("a",), ()), None, "at least one word"),
        ((("a", "a"),), None, "twice"),
        ((("a", ""),), None, "empty"),
        ((("a ",),), None, "spaces around"),
        ((("a", "b"),), ((0.0,),), "one number for each word"),
    ],
)
def test_grammars_that_are_none(
    slots: tuple[tuple[str, ...], ...],
    priors: tuple[tuple[float, ...], ...] | None,
    message: str,
) -> None:
    with pytest.raises(UsageError, match=message):
        Grammar(slots, priors)


def test_models_that_do_not_fit_the_grammar() -> None:
    with pytest.raises(UsageError, match="it has no 'c'"):
        GrammarDecoder(Grammar((("cab",),)), TOKENS)
    with pytest.raises(UsageError, match="does not know 'ab'"):
        GrammarDecoder(SMALL, TOKENS, ["a", "aa", "b", "bb"], 1.0, 1.0)
    with pytest.raises(UsageError, match="token_weight above 0"):
        GrammarDecoder(SMALL, TOKENS, [], 0.0, 1.0)
    with pytest.raises(UsageError, match="a space token"):
        GrammarDecoder(SMALL, ("", "a", "b"))
    with pytest.raises(UsageError, match="no words head"):
        GrammarDecoder(SMALL, TOKENS, SMALL_WORDS, 0.0, 1.0)(np.zeros((3, 4)))
