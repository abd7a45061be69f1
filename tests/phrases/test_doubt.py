"""Whether an utterance is the phrase that it is nearest to."""

import json

import numpy as np
import pytest

from edge_lip.phrases.appearance import SIZE
from edge_lip.phrases.bench import Bench, Laid
from edge_lip.phrases.doubt import MARKS, USUAL, Doubt, as_json, doubt, marks_of, usual
from edge_lip.phrases.takes import LENGTH, Take

AT = {mark: place for place, mark in enumerate(MARKS)}


def takes(owner: list[int], seed: int = 0) -> Laid:
    """Of phrases that go ways of their own, with noise."""
    rng = np.random.default_rng(seed)
    ways = np.random.default_rng(99).normal(size=(max(owner) + 1, LENGTH, SIZE)).cumsum(axis=1)
    moments = np.stack([ways[k] + rng.normal(0, 0.3, (LENGTH, SIZE)) for k in owner])
    moments -= moments.mean(axis=1, keepdims=True)
    nothing = np.zeros(len(owner), bool)
    return Laid(moments.astype(np.float32), np.full(len(owner), 20.0), np.array(owner), nothing)


def marked(take: Take, bench: Bench, own: dict[int, float] | None = None) -> dict[str, float]:
    compared = bench.compare(take)
    place = int(compared.nearest.argmin())
    marks = marks_of(take, compared, bench, place, own or {})
    return dict(zip(MARKS, marks.tolist(), strict=True))


def test_what_was_taught_has_other_marks_than_what_was_not() -> None:
    laid = takes([0, 0, 0, 1, 1, 1, 2, 2, 2])
    bench = Bench(laid, None)
    (known,), (strange,) = takes([0], seed=5).moments, takes([3], seed=5).moments[-1:]
    good, bad = (marked(Take(one, 20.0), bench) for one in (known, strange))
    for mark in ("standing", "begins", "ends", "strange"):
        assert good[mark] < bad[mark]
    assert good["likeness"] > bad["likeness"] and good["likeness"] > 0.5
    assert good["takes"] == pytest.approx(np.log(3)) and not good["alone"]
    assert good["own"] == USUAL and marked(Take(known, 20.0), bench, {0: 0.4})["own"] == 0.4


def test_how_much_longer_it_took_and_where_nobody_knows() -> None:
    bench = Bench(takes([0, 0, 1, 1, 2, 2]), None)
    (moments,) = takes([0], seed=5).moments
    assert marked(Take(moments, 40.0), bench)["longer"] == pytest.approx(np.log(2))
    assert marked(Take(moments, 10.0), bench)["longer"] == pytest.approx(np.log(2))
    unknown = Laid(bench.laid.moments, np.full(6, np.nan), bench.laid.owner, bench.laid.nothing)
    assert marked(Take(moments, 40.0), Bench(unknown, None))["longer"] == 0


def test_one_phrase_alone_has_marks_too() -> None:
    for owner in ([0], [0, 0, 0]):
        marks = marked(Take(takes([0], seed=5).moments[0], 20.0), Bench(takes(owner), None))
        assert np.isfinite([*marks.values()]).all()
        assert marks["alone"] and marks["standing"] == pytest.approx(1) and not marks["strange"]


def test_how_near_a_phrases_own_takes_usually_are() -> None:
    known = usual([(0, np.array([0.4])), (0, np.array([0.6])), (1, np.array([0.8]))])
    assert known == pytest.approx({0: (0.5 + 0.6) / 2, 1: (0.8 + 0.6) / 2})
    assert usual([]) == {}


def test_what_was_learned_comes_back_from_its_file() -> None:
    count = len(MARKS)
    learned = Doubt(np.arange(count) / 4, np.ones(count), np.linspace(-1, 1, count + 1))
    read = json.loads(as_json(learned))
    assert [*read["weights"]] == [*MARKS, "constant"] and [*read["mean"]] == [*MARKS]
    assert learned.chance(learned.mean) == pytest.approx(1 / (1 + np.exp(-1)))
    far, farther = np.full(count, 1e3), np.full(count, 1e6)
    assert learned.chance(far) == learned.chance(farther)


def test_what_comes_with_the_package_doubts_what_is_far_off() -> None:
    shipped = doubt()
    near, away = shipped.mean.copy(), shipped.mean.copy()
    for mark, better in (("standing", -1), ("likeness", 1), ("strange", -1)):
        near[AT[mark]] += better * shipped.spread[AT[mark]]
        away[AT[mark]] -= better * shipped.spread[AT[mark]]
    assert shipped.chance(near) > 0.5 > shipped.chance(away)
