"""`python -m benchmarks gate`: what passes, on ratios that are given."""

import json
from pathlib import Path

import pytest

from benchmarks import gate
from benchmarks.__main__ import main
from edge_lip.runtime.machine import describe_machine

OLD = {"face / kernel": 2.0, "text / kernel": 20.0}


@pytest.mark.parametrize(
    ("new", "passed"),
    [
        (OLD, True),
        ({"face / kernel": 2.19, "text / kernel": 1.0}, True),
        ({"face / kernel": 2.21, "text / kernel": 20.0}, False),
        ({"face / kernel": 2.0}, False),
        ({**OLD, "crop / kernel": 1.0}, False),
    ],
)
def test_a_ratio_that_grew_by_more_than_the_tolerance_fails(
    new: dict[str, float], passed: bool
) -> None:
    lines, found = gate.judge(OLD, new, 0.1)
    assert found == passed and len(lines) == len({**OLD, **new})


def test_it_judges_by_what_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["gate", "--results", str(tmp_path / "gate.json")]
    assert main(call) == 1
    assert "no ratios of" in capsys.readouterr().err
    monkeypatch.setattr(gate, "measure", lambda rounds: dict(OLD))
    assert main([*call, "--write"]) == 0 and main(call) == 0
    (only,) = json.loads((tmp_path / "gate.json").read_text()).values()
    assert only["ratios"] == OLD and only["python"] == describe_machine()["python"]
    monkeypatch.setattr(gate, "measure", lambda rounds: {**OLD, "face / kernel": 3.0})
    capsys.readouterr()
    assert main(call) == 1
    assert "SLOWER" in capsys.readouterr().out


def test_the_longest_tenth_does_not_count() -> None:
    assert gate.usual([1.0] * 9 + [100.0]) == 1.0
    assert gate.usual([5.0]) == 5.0


def test_the_committed_ratios_are_those_that_are_measured() -> None:
    table = json.loads(gate.RESULTS.read_text())
    stages = {f"{stage} / kernel" for stage in ("read", "face", "crop", "encode", "decode", "text")}
    others = {"with partial texts / without", "first frame / bare start"}
    assert table and all(set(one["ratios"]) == stages | others for one in table.values())
