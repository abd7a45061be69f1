"""What the benchmark of taught phrases counts."""

import numpy as np
import pytest

from benchmarks.phrases.counting import Curve, Tally
from benchmarks.phrases.words import Spot


def test_a_curve_of_what_is_told_apart() -> None:
    right, untaught = np.array([0.9, 0.8, 0.7, 0.6]), np.array([0.5, 0.4, 0.3])
    assert Curve.of(right, untaught) == Curve(0.0, 0.0, 1.0)
    assert Curve.of(untaught, right).area == 0
    same = Curve.of(np.full(3, 0.5), np.full(5, 0.5))
    assert (same.false_accepts, same.area) == (1.0, 0.5)


def test_false_accepts_where_nine_in_ten_are_answered() -> None:
    right, untaught = np.linspace(0, 1, 11), np.array([0.05, 0.1, 0.2, 0.9])
    assert Curve.of(right, untaught).false_accepts == pytest.approx(0.75)


def test_tallies_add_up() -> None:
    one, other = Tally([0.9], [0.2], [0.1]), Tally([0.8], [], [0.3, 0.2], others={"floor": 1})
    one.answered["right"] = other.answered["right"] = 1
    one.add(other)
    assert one.right == [0.9, 0.8] and len(one.untaught) == 3
    assert one.answered["right"] == 2 and one.others == {"floor": 1}
    assert "nearest right  67 % (floor 33)" in one.line()


def test_a_spot_is_cut_where_it_was_seen() -> None:
    features = {"a": np.arange(40.0).reshape(20, 2)}
    cut = Spot("a", 3, 9).cut(features)
    assert cut is not None and cut.shape == (6, 2)
    assert Spot("b", 3, 9).cut(features) is None and Spot("a", 18, 30).cut(features) is None
