"""The schema of a report: what it says, and what is measured."""

import re
from pathlib import Path
from typing import Any

import pytest

from edge_lip.measuring.figures import SCHEMA, figure_of, flat, spread

PAGE = Path(__file__).parents[2] / "docs" / "benchmark.md"


def test_the_page_describes_every_figure_in_the_same_words() -> None:
    rows = re.findall(r"^\| `([^`]+)` \| (.+?) \| (judged)? *\|$", PAGE.read_text(), re.MULTILINE)
    told = {path: (meaning, bool(judged)) for path, meaning, judged in rows}
    assert told == {path: (one.meaning, one.judged) for path, one in SCHEMA.items()}


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("format", True),
        ("stages.face.p50_ms", True),
        ("conditions.before.governor", True),
        ("live.lag.max_ms", True),
        ("stages.face.p51_ms", False),
        ("stages.face", True),
        ("nothing", False),
    ],
)
def test_a_path_with_names_is_found(path: str, known: bool) -> None:
    assert (figure_of(path) is not None) == known


def test_times_become_percentiles() -> None:
    found = spread([0.001 * n for n in range(1, 101)])
    assert found is not None and found["count"] == 100
    assert (found["p50_ms"], found["max_ms"], found["mean_ms"]) == (50.5, 100, 50.5)
    assert found["p90_ms"] < found["p99_ms"] < found["max_ms"]
    assert spread([]) is None


def test_a_report_is_flat_in_its_order() -> None:
    report: dict[str, Any] = {"a": {"b": 1, "c": {"d": None}}, "e": [2], "f": {}}
    assert list(flat(report)) == [("a.b", 1), ("a.c.d", None), ("e", [2]), ("f", {})]
