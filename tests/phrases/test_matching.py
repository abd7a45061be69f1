"""Which of the taught phrases it is, or none, on takes that are made up."""

from dataclasses import replace

import numpy as np
import pytest

from edge_lip.errors import DataError
from edge_lip.phrases.appearance import SIZE
from edge_lip.phrases.matching import ENOUGH, Matcher, confusable, hypothesis_of
from edge_lip.phrases.phrasebook import NOTHING, Phrasebook
from edge_lip.phrases.recognizer import PhraseRecognizer
from edge_lip.phrases.takes import LENGTH, SHORTEST, take_of, trim
from edge_lip.phrases.warping import BAND, align, warp

WORDS = ("water", "please", "later")
STILL = np.eye(SIZE, dtype=np.float64) * 0.01


def said(word: str, seed: int, length: int = 40, rest: int = 0) -> np.ndarray:
    """Features (T, 64) of a word: a path of its own, at another pace and with noise."""
    rng = np.random.default_rng([len(word), seed])
    path = np.random.default_rng(sum(map(ord, word))).normal(0, 1, (6, SIZE))
    pace = np.linspace(0, 1, length) ** np.exp(rng.normal(0, 0.15))
    times = pace * (len(path) - 1)
    before = np.minimum(times.astype(int), len(path) - 2)
    part = (times - before)[:, None]
    spoken = path[before] * (1 - part) + path[before + 1] * part
    spoken = np.pad(spoken, ((rest, rest), (0, 0)), mode="edge")
    features: np.ndarray = spoken + rng.normal(0, 0.05, spoken.shape) + rng.normal(0, 2, SIZE)
    return features.astype(np.float32)


def book(takes: int = 3, words: tuple[str, ...] = WORDS, nothing: int = 0) -> Phrasebook:
    made = Phrasebook("somebody's")
    for word in words:
        for seed in range(takes):
            made = made.with_take(word, take_of(said(word, seed)), STILL)
    for seed in range(nothing):
        made = made.with_take(NOTHING, take_of(said("x" * (seed + 1), 100)), STILL)
    return made


@pytest.mark.parametrize("takes", [1, 2, 5])
@pytest.mark.parametrize("length", [12, 40, 90])
def test_the_nearest_phrase_at_any_pace(takes: int, length: int) -> None:
    matcher = Matcher(book(takes))
    for word in WORDS:
        match = matcher.match(take_of(said(word, 50, length)))
        assert match.texts[0] == word and match.known()
        assert sum(match.chances) <= 1 + 1e-9 and match.chances[0] > 0.5
        assert list(match.chances) == sorted(match.chances, reverse=True)


def test_what_was_never_taught_is_rejected() -> None:
    matcher = Matcher(book(5))
    for word in ("bread", "goodbye", "tomorrow"):
        hypothesis = hypothesis_of(matcher.match(take_of(said(word, 50))), ENOUGH)
        assert (hypothesis.text, hypothesis.verdict) == ("", "rejected")
        assert {choice.text for choice in hypothesis.choices} == set(WORDS)


def test_how_long_it_takes_tells_phrases_apart() -> None:
    take = take_of(said("water", 0))
    slow = replace(take, duration=3 * take.duration)
    both = Phrasebook("somebody's").with_take("water", take, STILL).with_take("slow", slow, STILL)
    assert Matcher(both).match(take).texts[0] == "water"
    assert Matcher(both).match(slow).texts[0] == "slow"


def test_takes_of_nothing_are_no_choice() -> None:
    matcher = Matcher(book(3, nothing=4))
    match = matcher.match(take_of(said("xx", 101)))
    assert match.texts[0] == NOTHING and not match.known()
    assert NOTHING not in {choice.text for choice in hypothesis_of(match, 0.0).choices}
    assert matcher.match(take_of(said("water", 50))).known()


def test_left_out_takes_are_judged_by_the_others() -> None:
    found = Matcher(book(4)).left_out()
    assert len(found) == 12 and all(one.right for one in found)
    assert {(one.text, one.number) for one in found} == {(w, k) for w in WORDS for k in range(1, 5)}
    assert Matcher(book(1)).left_out() == []
    mixed = book(3).with_take("water", take_of(said("later", 60)), STILL)
    again = Matcher(mixed).left_out()
    assert ("water", 4) in {(one.text, one.number) for one in again if not one.right}
    ((first, second, count),) = confusable(again)
    assert (first, second) == ("later", "water") and 1 <= count <= 3


def test_a_book_without_phrases() -> None:
    for empty in (Phrasebook("x"), book(2, words=(), nothing=2)):
        with pytest.raises(DataError, match="no phrase was taught yet"):
            Matcher(empty)


def test_two_phrases_and_one() -> None:
    assert Matcher(book(1, WORDS[:2])).match(take_of(said("water", 50))).texts[0] == "water"
    assert Matcher(book(1, WORDS[:1])).match(take_of(said("water", 50))).texts == ("water",)


def test_rest_before_and_after_counts_for_nothing() -> None:
    plain, rested = said("water", 1), said("water", 1, rest=25)
    assert len(trim(rested)) <= len(plain) + 8
    assert len(trim(plain)) >= len(plain) - 8
    assert Matcher(book(3)).match(take_of(rested)).texts[0] == "water"


def test_warping_is_a_distance_and_forgives_pace() -> None:
    one = take_of(said("water", 0)).moments[:, :8]
    late = np.concatenate([one[:1], one[:-1]])
    other = take_of(said("please", 0)).moments[:, :8]
    same, shifted, away = warp(one, np.stack([one, late, other]))
    assert same == pytest.approx(0, abs=1e-3) and shifted < 0.3 * away
    assert one.shape == (LENGTH, 8)


def test_the_way_of_an_alignment_goes_from_end_to_end() -> None:
    one, other = (take_of(said(word, 0)).moments[:, :8] for word in ("water", "please"))
    warped = align(one, np.stack([one, other]))
    np.testing.assert_array_equal(warped.path(0), [(k, k) for k in reversed(range(LENGTH))])
    path = warped.path(1)
    assert tuple(path[0]) == (LENGTH - 1, LENGTH - 1) and tuple(path[-1]) == (0, 0)
    assert set(map(tuple, -np.diff(path, axis=0))) <= {(1, 1), (1, 0), (0, 1)}
    assert np.abs(path[:, 0] - path[:, 1]).max() <= BAND
    walked = warped.cost[1][path[:, 0], path[:, 1]].sum() / (2 * LENGTH)
    assert walked == pytest.approx(float(warped.distances[1]))


def test_a_recognizer_tells_phrases_while_they_are_said_and_after() -> None:
    recognizer = PhraseRecognizer(Matcher(book(3)), 0.0)
    features = said("please", 50)
    assert recognizer.final(features, True).text == "please"
    assert recognizer.final(features[: SHORTEST - 1], True).verdict == "silent"
    assert recognizer.partial(features, True).text in ("", "please")
    assert PhraseRecognizer(Matcher(book(3)), 1.1).final(features, True).verdict == "rejected"
