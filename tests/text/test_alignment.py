"""When words are said, by the frame-wise head."""

from itertools import combinations

import numpy as np
import pytest

from edge_lip.text.alignment import word_spans


def frames(*classes: int, of: int = 4) -> np.ndarray:
    """(T, of) log-probabilities that are sure of one class a frame."""
    chances = np.full((len(classes), of), 0.01)
    chances[np.arange(len(classes)), classes] = 1.0
    return np.log(chances / chances.sum(axis=1, keepdims=True))


def test_silence_before_between_and_after_belongs_to_no_word() -> None:
    assert word_spans(frames(0, 0, 1, 1, 0, 2, 2, 2, 0), [1, 2]) == [(2, 4), (5, 8)]


def test_words_follow_each_other_without_silence() -> None:
    assert word_spans(frames(1, 1, 2, 3, 3), [1, 2, 3]) == [(0, 2), (2, 3), (3, 5)]


def test_the_same_word_twice() -> None:
    assert word_spans(frames(1, 0, 0, 1), [1, 1]) == [(0, 1), (3, 4)]


def test_a_word_that_the_head_never_saw_still_has_a_place_in_order() -> None:
    (_, end), (start, last), _ = word_spans(frames(1, 1, 1, 2, 2), [1, 3, 2])
    assert end <= start < last <= 5


def test_what_is_still_being_said_does_not_belong_to_the_words_before() -> None:
    heard = frames(1, 1, 3, 3, 3)
    assert word_spans(heard, [1], goes_on=True) == [(0, 2)]


@pytest.mark.parametrize("seed", range(20))
def test_the_best_of_all_segmentations(seed: int) -> None:
    length, said = 6, [1, 2]
    words = np.log(np.random.default_rng(seed).dirichlet(np.ones(4), size=length))

    def score(spans: list[tuple[int, int]]) -> float:
        classes = np.zeros(length, int)
        for word, (start, end) in zip(said, spans, strict=True):
            classes[start:end] = word
        return float(words[np.arange(length), classes].sum())

    cuts = combinations(range(length + 1), 2)
    firsts = [(a, b) for a, b in cuts]
    every = [[one, two] for one in firsts for two in firsts if one[1] <= two[0]]
    assert score(word_spans(words, said)) == pytest.approx(max(map(score, every)))
