"""CTC greedy and prefix beam search against all alignments there are."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.brute_force import collapse, ctc, paths, random_log_probs

from edge_lip.errors import UsageError
from edge_lip.text.beam import beam
from edge_lip.text.ctc import align, log_likelihood
from edge_lip.text.greedy import greedy
from edge_lip.text.hypothesis import Hypothesis, Word
from edge_lip.text.lexicon import lexicon
from edge_lip.text.tokens import CHARACTERS, decode, encode
from edge_lip.text.trellis import IMPOSSIBLE

TOKENS = ("", " ", "a", "b")
EVERYTHING = 10_000

few = settings(derandomize=True, deadline=None, max_examples=15)
seeds = st.integers(0, 10_000)


def by_text(log_probs: np.ndarray) -> dict[str, float]:
    texts: dict[str, float] = {}
    for labels, probability in ctc(log_probs).items():
        text = decode(labels, TOKENS)
        texts[text] = texts.get(text, 0.0) + probability
    return texts


def one_hot(labels: list[int], classes: int = len(TOKENS)) -> np.ndarray:
    return np.log(np.eye(classes)[labels] * 0.96 + 0.01).astype(np.float32)


def without_choices(hypothesis: Hypothesis) -> Hypothesis:
    words = tuple(replace(word, choices=()) for word in hypothesis.words)
    return replace(hypothesis, words=words)


def test_text_and_labels_go_both_ways() -> None:
    assert encode("a zoo") == [2, 1, 27, 16, 16]
    assert decode(encode("a zoo")) == "a zoo"
    assert decode([1, 2, 1, 1, 3, 1]) == "a b"
    with pytest.raises(UsageError, match="it has no '4'"):
        encode("4 you")


@few
@given(seeds, st.integers(1, 5))
def test_likelihood_is_the_sum_over_alignments(seed: int, frames: int) -> None:
    log_probs = random_log_probs(seed, frames, len(TOKENS))
    for labels, probability in ctc(log_probs).items():
        assert log_likelihood(log_probs, labels) == pytest.approx(np.log(probability))


def test_likelihood_of_what_does_not_fit() -> None:
    log_probs = random_log_probs(0, 2, len(TOKENS))
    assert log_likelihood(log_probs, [2, 2]) < IMPOSSIBLE
    assert log_likelihood(log_probs[:0], [2]) < IMPOSSIBLE
    assert log_likelihood(log_probs[:0], []) == 0.0


@few
@given(seeds)
def test_alignment_is_the_best_there_is(seed: int) -> None:
    log_probs = random_log_probs(seed, 5, len(TOKENS))
    for labels in ([2, 3], [2, 2], [3, 1, 2]):
        best, _ = max(
            (item for item in paths(log_probs) if collapse(item[0]) == tuple(labels)),
            key=lambda item: item[1],
        )
        runs = align(log_probs, labels)
        path = np.zeros(5, dtype=int)
        for label, (start, end) in zip(labels, runs, strict=True):
            path[start:end] = label
        assert tuple(path) == best


@few
@given(seeds, st.integers(1, 6))
def test_greedy_is_the_best_path(seed: int, frames: int) -> None:
    log_probs = random_log_probs(seed, frames, len(TOKENS))
    labels = collapse(max(paths(log_probs), key=lambda item: item[1])[0])
    hypothesis = greedy(log_probs, TOKENS)
    assert hypothesis.text == decode(labels, TOKENS)
    assert hypothesis.confidence == pytest.approx(ctc(log_probs)[labels])
    assert " ".join(word.text for word in hypothesis.words) == hypothesis.text


def test_words_have_frames_and_confidence() -> None:
    hypothesis = greedy(one_hot([0, 2, 2, 0, 3, 1, 0, 2, 0]), TOKENS)
    assert hypothesis.text == "ab a"
    peak = pytest.approx(0.97, rel=1e-3)
    assert [(word.text, word.start, word.end) for word in hypothesis.words] == [
        ("ab", 1, 5),
        ("a", 7, 8),
    ]
    assert hypothesis.words[0].confidence == pytest.approx(0.97**2, rel=1e-3)
    assert hypothesis.words[1].confidence == peak
    found = beam(one_hot([0, 2, 2, 0, 3, 1, 0, 2, 0]), TOKENS, 64)[0]
    assert without_choices(found).words == without_choices(hypothesis).words


@few
@given(seeds, st.integers(1, 5))
def test_wide_beam_finds_every_text(seed: int, frames: int) -> None:
    log_probs = random_log_probs(seed, frames, len(TOKENS))
    found = beam(log_probs, TOKENS, EVERYTHING)
    expected = by_text(log_probs)
    assert {h.text: h.confidence for h in found} == pytest.approx(expected)
    confidences = [h.confidence for h in found]
    assert confidences == sorted(confidences, reverse=True)


@few
@given(seeds)
def test_choices_of_the_beam_are_what_its_texts_have_in_a_place(seed: int) -> None:
    log_probs = random_log_probs(seed, 5, len(TOKENS))
    found = beam(log_probs, TOKENS, EVERYTHING)
    for hypothesis in found[:5]:
        alike = [one for one in found if len(one.words) == len(hypothesis.words)]
        total = sum(one.confidence for one in alike)
        for place, word in enumerate(hypothesis.words):
            shares = [choice.confidence for choice in word.choices]
            assert shares == sorted(shares, reverse=True)
            for choice in word.choices:
                own = [o.confidence for o in alike if o.words[place].text == choice.text]
                assert choice.confidence == pytest.approx(sum(own) / total)


def test_choices_without_a_search_are_one_character_off() -> None:
    # "ab a", of which the b may be an a, or nothing at all.
    log_probs = one_hot([0, 2, 0, 3, 1, 2])
    log_probs[3] = np.log([0.2, 0.05, 0.15, 0.6])
    first, second = greedy(log_probs, TOKENS).words
    assert [choice.text for choice in first.choices][:3] == ["ab", "a", "aa"]
    own, left_out, other = (choice.confidence for choice in first.choices[:3])
    assert own == pytest.approx(first.confidence)
    assert (left_out / own, other / own) == pytest.approx((0.2 / 0.6, 0.15 / 0.6))
    assert {choice.text for choice in second.choices} == {"a", "b"}
    assert all(not word.choices for word in greedy(log_probs, TOKENS, partial=True).words)


def test_choices_of_a_lexicon_are_its_words() -> None:
    log_probs = one_hot([2, 0, 3, 1, 0, 3, 0])
    log_probs[2] = np.log([0.3, 0.01, 0.14, 0.55])
    [hypothesis] = beam(log_probs, TOKENS, 32, lexicon(["ab", "aa", "a", "b"], TOKENS), count=1)
    assert hypothesis.text == "ab b"
    assert [choice.text for choice in hypothesis.words[0].choices][:3] == ["ab", "a", "aa"]


@few
@given(seeds)
def test_narrow_beam_never_claims_too_much(seed: int) -> None:
    log_probs = random_log_probs(seed, 6, len(TOKENS))
    exact = by_text(log_probs)
    found = beam(log_probs, TOKENS, width=3)
    assert len(found) <= 3
    for hypothesis in found:
        assert hypothesis.confidence <= exact[hypothesis.text] * (1 + 1e-6)


@few
@given(seeds)
def test_lexicon_allows_its_words_only(seed: int) -> None:
    log_probs = random_log_probs(seed, 6, len(TOKENS))
    words = lexicon(["ab", "b"], TOKENS)
    found = beam(log_probs, TOKENS, EVERYTHING, words)
    allowed = {
        text: probability
        for text, probability in by_text(log_probs).items()
        if set(text.split()) <= {"ab", "b"}
    }
    assert {h.text: h.confidence for h in found} == pytest.approx(allowed)


def test_lexicon_while_a_word_is_unfinished() -> None:
    log_probs = one_hot([2, 3, 1, 2, 0])  # "ab a"
    words = lexicon(["ab"], TOKENS)
    assert beam(log_probs, TOKENS, 16, words, partial=True)[0].text == "ab"
    assert beam(log_probs, TOKENS, 16, words)[0].text in ("", "ab", "ab ab")
    assert beam(log_probs[:1], TOKENS, 1, lexicon(["ab"], TOKENS)) == [Hypothesis("", 0.0)]


def test_lexicon_needs_words_it_can_spell() -> None:
    with pytest.raises(UsageError, match="at least one word"):
        lexicon([], TOKENS)
    with pytest.raises(UsageError, match="no 'c'"):
        lexicon(["cab"], TOKENS)


def test_beam_merges_what_left_the_beam_and_came_back() -> None:
    # Widths at which prefixes drop out and are found again through their parents.
    for seed in range(20):
        log_probs = random_log_probs(seed, 12, len(TOKENS))
        for width in (2, 3, 5, 8):
            texts = [h.text for h in beam(log_probs, TOKENS, width)]
            assert len(texts) == len(set(texts))
            for hypothesis in beam(log_probs, TOKENS, width, count=2):
                assert 0 < hypothesis.confidence <= 1


def test_no_frames_and_one() -> None:
    nothing = np.zeros((0, len(TOKENS)), np.float32)
    assert greedy(nothing, TOKENS) == Hypothesis("", 0.0)
    assert beam(nothing, TOKENS) == [Hypothesis("", 0.0)]
    one = one_hot([3])
    hypothesis = greedy(one, TOKENS, partial=True)
    assert hypothesis.text == "b"
    assert hypothesis.confidence == pytest.approx(0.97)
    assert hypothesis.words == (Word("b", hypothesis.confidence, 0, 1),)
    assert beam(one, TOKENS, count=1, partial=True) == [hypothesis]


def test_probability_zero_is_no_obstacle() -> None:
    with np.errstate(divide="ignore"):
        log_probs = np.log(np.eye(len(CHARACTERS))[[3, 0, 10]]).astype(np.float32)
    for hypothesis in (greedy(log_probs), beam(log_probs)[0]):
        assert hypothesis.text == "bi"
        assert hypothesis.confidence == pytest.approx(1.0)
