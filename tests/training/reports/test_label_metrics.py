"""Figures of labels, by hand where they can be, and what must hold of any readings."""

from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.reports.label_metrics import (
    NOTHING,
    Answers,
    answers,
    by_speaker,
    calibration_error,
    coverage,
    label_confusion,
    recalls,
    reliability,
    score_labels,
    wilson,
)
from training.reports.metrics import Reading

few = settings(derandomize=True, deadline=None)
LABELS = ("a", "b", "c", "d")


def reading(said: str, order: str, *shares: float, speaker: str = "s") -> Reading:
    """Read as the first of `order`, which are all labels by their `shares`."""
    choices = tuple(zip(order, shares, strict=True))
    return Reading("clip", speaker, said, order[0], shares[0], choices)


def unread(said: str, speaker: str = "s") -> Reading:
    return Reading("clip", speaker, said, "", 0.0)


FIVE = [
    reading("a", "abcd", 0.7, 0.1, 0.1, 0.1),
    reading("a", "bacd", 0.4, 0.3, 0.2, 0.1),
    reading("b", "cadb", 0.4, 0.3, 0.2, 0.1),
    unread("b"),
    reading("a", "abcd", 0.9, 0.1, 0.0, 0.0),
]


def test_score_of_five_clips() -> None:
    result = score_labels(FIVE, LABELS)
    assert (result.clips, result.labels) == (5, 4)
    assert (result.top1, result.top3) == (2 / 5, 3 / 5)
    assert (result.low, result.high) == pytest.approx((0.117621, 0.769276), abs=1e-6)
    assert (result.chance, result.majority) == (1 / 4, 3 / 5)
    assert recalls(FIVE) == {"a": 2 / 3, "b": 0.0}
    assert result.macro == pytest.approx(1 / 3)
    surprise = -sum(map(log, (0.7, 0.3, 0.1, 1 / 4, 0.9))) / 5
    assert result.nll == pytest.approx(surprise)
    assert result.ece == pytest.approx((0 + 2 * 0.4 + 0.3 + 0.1) / 5)


def test_a_probability_rounded_to_nothing_does_not_make_the_rest_worthless() -> None:
    result = score_labels([reading("d", "abcd", 1.0, 0.0, 0.0, 0.0)], LABELS)
    assert 10 < result.nll < 20


def test_bins_hold_their_upper_edge_and_only_the_first_its_lower() -> None:
    bins = reliability(FIVE)
    edges = [(one.low, one.high, one.clips) for one in bins]
    expected = [(0, 0.1, 1), (0.3, 0.4, 2), (0.6, 0.7, 1), (0.8, 0.9, 1)]
    assert np.array(edges) == pytest.approx(np.array(expected))
    assert [one.confidence for one in bins] == pytest.approx([0, 0.4, 0.7, 0.9])
    assert [one.right for one in bins] == [0, 0, 1, 1]


@few
@given(st.lists(st.integers(1, 12).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))))
def test_a_confidence_that_is_right_as_often_as_it_says_has_no_calibration_error(
    groups: list[tuple[int, int]],
) -> None:
    readings = [unread("a")] + [
        Reading("clip", "s", "a", "a" if k < right else "b", right / count)
        for right, count in groups
        for k in range(count)
    ]
    assert calibration_error(reliability(readings)) == pytest.approx(0, abs=1e-9)


def test_sure_and_always_wrong_is_the_worst_calibration() -> None:
    assert calibration_error(reliability([reading("a", "bacd", 1, 0, 0, 0)] * 3)) == 1


@pytest.mark.parametrize(
    ("right", "clips", "low", "high"), [(0, 10, 0, 0.277533), (10, 10, 0.722467, 1)]
)
def test_interval_where_all_are_alike(right: int, clips: int, low: float, high: float) -> None:
    assert wilson(right, clips) == pytest.approx((low, high), abs=1e-6)


@few
@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_bounds_of_the_interval_are_where_the_share_is_1_96_deviations_away(
    case: tuple[int, int],
) -> None:
    right, clips = case
    low, high = wilson(right, clips)
    assert 0 <= low <= right / clips <= high <= 1
    for bound in (low, high):
        deviation = sqrt(bound * (1 - bound) / clips)
        assert abs(right / clips - bound) == pytest.approx(1.959964 * deviation, abs=1e-6)


def test_rejecting_leaves_fewer_answers_and_fewer_wrong_ones() -> None:
    assert answers(FIVE, 0.0) == Answers(0.0, answered=4 / 5, wrong=2 / 4)
    assert answers(FIVE, 0.4) == Answers(0.4, answered=4 / 5, wrong=2 / 4)
    assert answers(FIVE, 0.41) == Answers(0.41, answered=2 / 5, wrong=0.0)
    assert answers(FIVE, 0.95) == Answers(0.95, answered=0.0, wrong=0.0)


def test_coverage_has_a_point_for_each_confidence_there_is() -> None:
    answered, right = coverage(FIVE)
    assert answered == pytest.approx(np.array([1, 2, 4]) / 5)
    assert right == pytest.approx(np.array([1, 1, 1 / 2]))
    assert [len(part) for part in coverage([unread("a")])] == [0, 0]


@st.composite
def any_readings(draw: st.DrawFn) -> list[Reading]:
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    readings = [unread("a")] * draw(st.integers(0, 2))
    for _ in range(draw(st.integers(1, 30))):
        shares = np.sort(rng.dirichlet(np.full(4, 0.5)))[::-1]
        order = "".join(rng.permutation(list(LABELS)))
        readings.append(reading(str(rng.choice(LABELS)), order, *map(float, shares)))
    return readings


@few
@given(any_readings())
def test_what_holds_of_any_readings(readings: list[Reading]) -> None:
    result = score_labels(readings, LABELS)
    assert 0 <= result.low <= result.top1 <= result.top3 <= 1
    assert result.top1 <= result.high <= 1
    assert 0 <= result.ece <= 1 and result.nll > 0
    assert sum(one.clips for one in reliability(readings)) == len(readings)
    answered, right = coverage(readings)
    assert np.all(np.diff(answered) > 0)
    last = answers(readings, 0.0)
    assert (answered[-1], right[-1]) == pytest.approx((last.answered, 1 - last.wrong))
    assert label_confusion(readings, LABELS).counts.sum() == len(readings)


def test_speakers_count_alike_however_many_clips_they_have() -> None:
    own = {"x": "ab", "y": "aaab"}
    readings = [
        reading("a", f"{first}{'b' if first == 'a' else 'a'}cd", 1, 0, 0, 0, speaker=name)
        for name, firsts in own.items()
        for first in firsts
    ]
    speakers = by_speaker(readings)
    assert speakers is not None
    assert speakers.top1 == {"x": (1 / 2, 2), "y": (3 / 4, 4)}
    assert speakers.mean == pytest.approx(5 / 8)
    assert speakers.deviation == pytest.approx(sqrt(2) / 8)
    assert by_speaker(readings[:2]) is None


def test_confusion_has_all_labels_and_what_could_not_be_read() -> None:
    confusion = label_confusion(FIVE, LABELS)
    assert confusion.words == (*LABELS, NOTHING)
    expected = np.zeros((5, 5), int)
    expected[0, 0], expected[0, 1], expected[1, 2], expected[1, 4] = 2, 1, 1, 1
    assert np.array_equal(confusion.counts, expected)
    assert label_confusion(FIVE[:3], LABELS).words == LABELS
