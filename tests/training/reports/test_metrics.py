"""Error rates and confusions of readings whose errors are known."""

import numpy as np
import pytest

from training.reports.metrics import Reading, confusions, score


def readings(*pairs: tuple[str, str]) -> list[Reading]:
    return [Reading(str(k), "s", said, read, 1.0) for k, (said, read) in enumerate(pairs)]


def test_substitutions_deletions_and_insertions_count_alike() -> None:
    result = score(readings(("a b c", "a x c"), ("a b c", "a c"), ("a b c", "a b z c")))
    assert (result.clips, result.words) == (3, 9)
    assert result.wer == pytest.approx(3 / 9)
    assert result.exact == 0.0
    assert result.places == (0.0, pytest.approx(2 / 3), 0.0)
    assert result.low <= result.wer <= result.high


def test_all_right_and_all_wrong_leave_no_room_for_doubt() -> None:
    right = score(readings(*[("a b", "a b")] * 3))
    assert (right.wer, right.low, right.high, right.cer, right.exact) == (0, 0, 0, 0, 1)
    nothing = score(readings(*[("a b", "")] * 3))
    assert (nothing.wer, nothing.low, nothing.high) == (1, 1, 1)


def test_confusions_by_place() -> None:
    first, second = confusions(
        readings(("a x", "a x"), ("a y", "b y"), ("a y", "a"), ("b x", "b y"))
    )
    assert first.words == ("a", "b") and second.words == ("x", "y")
    assert np.array_equal(first.counts, [[1, 1], [0, 1]])
    assert np.array_equal(second.counts, [[1, 1], [0, 1]])


def test_there_is_no_confusion_where_no_reading_has_the_right_length() -> None:
    assert confusions(readings(("a b", ""))) == []
