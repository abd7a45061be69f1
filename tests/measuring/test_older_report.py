"""A report beside an older one."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from edge_lip.errors import UsageError
from edge_lip.measuring.compare import compare, load_report, unlike
from edge_lip.measuring.table import verdicts

OLD: dict[str, Any] = {
    "format": 1,
    "model_bytes": 1000,
    "source": "clip.mp4",
    "frame_mean_ms": 1.0,
    "frame_cpu_ms": 1.0,
    "stages": {"face": {"cpu_ms": 0.1, "p50_ms": 0.1}},
    "start": None,
    "machine": {"cpu": "made up", "cores": 2},
}


def changed(**figures: Any) -> dict[str, Any]:
    return {**deepcopy(OLD), **figures}


@pytest.mark.parametrize(
    ("new", "judgement"),
    [
        ({}, "same"),
        ({"frame_cpu_ms": 1.09}, "same"),
        ({"frame_cpu_ms": 1.11}, "WORSE"),
        ({"frame_cpu_ms": 0.5}, "better"),
        ({"model_bytes": 1101}, "WORSE"),
        ({"frame_mean_ms": 9.0}, "same"),  # wall time judges nothing
        ({"stages": {"face": {"cpu_ms": 0.119}}}, "same"),  # 0.02 ms are no difference
        ({"stages": {"face": {"cpu_ms": 0.13}}}, "WORSE"),
        ({"start": {"first_text_cpu_s": 9.0}}, "same"),  # nothing to compare with
    ],
)
def test_what_grew_by_more_than_a_tenth_is_worse(new: dict[str, Any], judgement: str) -> None:
    found = compare(OLD, changed(**new), 0.1)
    assert {one.judgement for one in found} == {"same", judgement}


def test_the_worst_comes_first_and_what_else_differs_before() -> None:
    new = changed(frame_cpu_ms=2.0, model_bytes=1500, source="other.mp4")
    told = verdicts(compare(OLD, new, 0.1), unlike(OLD, new), 0.1).splitlines()
    assert told[0] == "not the same in both: source was clip.mp4, is other.mp4"
    assert told[1].split()[:2] == ["WORSE", "frame_cpu_ms"] and told[1].endswith("x2.00")
    assert told[2].split()[:2] == ["WORSE", "model_bytes"]
    assert told[-1] == "2 of 3 figures are worse by more than 10%"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"{", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[]", "no report"),
        (b'{"stages": {}}', "no report"),
        (b'{"format": 99, "stages": {}}', "format 99"),
    ],
)
def test_what_is_no_report_is_one_line(content: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "old.json"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=told):
        load_report(path)


def test_a_report_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can't read"):
        load_report(tmp_path / "none.json")


def test_a_report_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "old.json"
    path.write_text(json.dumps(OLD))
    assert load_report(path) == OLD
