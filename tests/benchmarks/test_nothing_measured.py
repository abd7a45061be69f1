"""A benchmark that has nothing to measure says so, and does not end as if all were well."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

from benchmarks import accuracy, lipnet, rest, round_trip
from benchmarks.__main__ import main
from edge_lip.errors import DataError, EdgeLipError
from edge_lip.model.shipped import shipped_model
from training.data.clip import Clip

DATA = ["--data", "here"]
REFUSED = (
    ["against", "clip.mp4", "--before", "there", "--clips", "0"],
    ["live", *DATA, "--clips", "0"],
    ["tracking", *DATA, "--clips", "0"],
    ["robustness", *DATA, "--clips", "-1"],
    ["long", *DATA, "--together", "0"],
    ["silence", *DATA, "--cache", "there", "--minutes", "0"],
    ["silence", *DATA, "--cache", "there", "--others", "0"],
    ["talker", "--seeds", "0"],
    ["growth", "--names", "1"],
    ["growth", "--seconds", "0"],
    ["startup", "clip.mp4", "--runs", "0"],
    ["watching", "--runs", "0"],
    ["adapting", *DATA, "--model", "model.keras", "--person", "s4", "--clips", "0"],
    ["gate", "--rounds", "0"],
    ["peers", "--calls", "0"],
    ["slow_board", "clip.mp4", "--seconds", "0"],
    ["faults", "--times", "0"],
    ["speak_page", "--partials", "0"],
    ["speak_page", "--cpu", "0"],
    ["damage", "--folder", "work", "--tflite", "model.tflite", "--cases", "0"],
    ["round_trip", "work", "--networks", "0"],
    ["round_trip", "work", "--target", "nothing"],
)


@pytest.mark.parametrize("call", REFUSED, ids=" ".join)
def test_none_is_no_number_of_things_to_measure(
    call: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(call)
    assert ended.value.code == 2
    assert call[-2] in capsys.readouterr().err.splitlines()[-1]


UNMEASURED = {
    "damage --folder {}": (2, "nothing to damage"),
    "damage --folder {} --tflite {}/none.tflite": (2, "none.tflite is no file"),
    "against clip.mp4 --before {}": (2, "has no edge_lip"),
    "robustness": (2, "nothing to read"),
    "robustness --redraw --results {}/none.jsonl": (1, "has nothing that was read"),
    "slow_board clip.mp4 --seconds 5": (2, "--seconds has to be 20 or more"),
    "slow_board {}": (1, "holds no clip"),
}
UNMEASURED |= {
    f"{name} --data {{}}": (1, "") for name in ("accuracy", "live", "long", "taps", "tracking")
}
UNMEASURED |= {"silence --data {} --cache {}/cache": (1, "")}


@pytest.mark.parametrize("call", UNMEASURED)
def test_what_is_missing_is_one_line(
    call: str, tmp_path: Path, face_models: object, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = UNMEASURED[call]
    words = [word.format(tmp_path) for word in call.split()]
    assert main(words) == code
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"python -m benchmarks {words[0]}: ") and told in line
    assert list(tmp_path.iterdir()) == []


def ended(code: int, printed: str = "") -> object:
    """What stands in for `subprocess.run`."""
    return lambda call, **_: subprocess.CompletedProcess(call, code, printed)


def test_results_of_another_file_are_not_this_ones(tmp_path: Path) -> None:
    (tmp_path / "whole.tflite").write_bytes(b"another model")
    assert main(["damage", "--tflite", str(shipped_model()), "--folder", str(tmp_path)]) == 2


@pytest.mark.parametrize("code", [0, 2, -11])
def test_a_run_that_reads_nothing_is_no_accuracy(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = Clip(str(tmp_path / "clip.mp4"), "s1/clip", "s1", "bin blue at f two now")
    monkeypatch.setattr(accuracy, "choose_clips", lambda *_: [clip])
    monkeypatch.setattr(subprocess, "run", ended(code))
    with pytest.raises(EdgeLipError, match="read nothing"):
        accuracy.main(["--data", str(tmp_path)])


def test_a_mode_that_is_not_converted_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Network:
        def save(self, path: Path) -> None: ...

    monkeypatch.setattr(lipnet, "build", lambda cell: Network())
    monkeypatch.setattr(subprocess, "run", ended(1))
    with pytest.raises(EdgeLipError, match="none, dynamic"):
        lipnet.main([str(tmp_path)])


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ([], 1),
        (["GRU can't be stored so"], 1),
        (["verified", "GRU can't be stored so"], 0),
        (["verified", "!ValueError: no"], 1),
    ],
)
def test_refusals_alone_prove_nothing(results: list[str], code: int) -> None:
    assert round_trip.exit_code([{"result": result} for result in results]) == code


def test_faces_at_rest_have_to_be_there() -> None:
    with pytest.raises(DataError, match="at rest"):
        next(rest.idling([], np.random.default_rng(0)))
    with pytest.raises(DataError, match="no word times"):
        rest.load([Clip("clip.mp4", "one", "s1", "bin blue")])
