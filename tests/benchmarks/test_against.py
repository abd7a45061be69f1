"""`python -m benchmarks against`: this build in turns with itself."""

import re
from pathlib import Path

import pytest

import edge_lip
from benchmarks.__main__ import main

HERE = Path(edge_lip.__file__).parents[1]
CLIP = "talker:bin blue?seed=3"


def test_a_build_against_itself_reads_the_same(
    face_models: object, capfd: pytest.CaptureFixture[str]
) -> None:
    call = ["against", CLIP, "--before", str(HERE), "--model", "talker", "--rounds", "1"]
    assert main(call) == 0
    told = capfd.readouterr().out
    found = [(int(same), int(every)) for same, every in re.findall(r"same: (\d+) of (\d+)", told)]
    (partials, many), (finals, modes) = found
    assert partials == many > 0
    assert finals == modes == 2
    assert "at most 0.0e+00 apart" in told


def test_a_clip_that_cant_be_read_is_a_line(
    tmp_path: Path, face_models: object, capfd: pytest.CaptureFixture[str]
) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"no video")
    assert main(["against", str(clip), "--before", str(HERE), "--model", "talker"]) == 1
    assert f"{clip} can't be read by one of the builds" in capfd.readouterr().err
