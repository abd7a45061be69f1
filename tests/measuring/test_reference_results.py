"""The reports that are committed: each is of today's format, whole, and says how it was made."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from edge_lip.measuring.compare import compare, load_report
from edge_lip.measuring.figures import figure_of, flat

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results"
FILES = sorted(path for path in RESULTS.glob("*.json") if path.stem != "gate")
REPORTS = [path for path in FILES if not path.stem.startswith("peers")]


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_a_report_can_be_compared_with(path: Path) -> None:
    report = load_report(path)
    assert [name for name, _ in flat(report) if figure_of(name) is None] == []
    assert report["missing"] == {} and report["live"]["texts"] >= 1
    assert report["command"].startswith("edge-lip benchmark ")
    found = compare(report, report, 0.1)
    assert len(found) >= 15 and {one.judgement for one in found} == {"same"}
    assert f"{report['threads']}-thread" in path.stem


def test_every_file_has_a_row_that_says_how_it_was_made() -> None:
    rows = re.findall(r"^\| `([\w.-]+)` \| `", (RESULTS / "README.md").read_text(), re.MULTILINE)
    assert sorted(rows) == sorted(path.name for path in RESULTS.glob("*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_file_names_a_place_of_a_machine(path: Path) -> None:
    def strings(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [word for one in value.values() for word in strings(one)]
        if isinstance(value, list):
            return [word for one in value for word in strings(one)]
        return [value] if isinstance(value, str) else []

    assert [
        text for text in strings(json.loads(path.read_text())) if re.search(r"(^|\s)/", text)
    ] == []
