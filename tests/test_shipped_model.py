"""The models that come with edge-lip, through the command line on clips they never saw."""

import json
from pathlib import Path

import pytest

from edge_lip.cli.main import main
from edge_lip.model.file import open_model
from edge_lip.model.manifest import SPLITS_FORMERLY
from edge_lip.model.shipped import MODELS, shipped_model

CLIPS = 12
MOST_WRONG_WORDS = {"grid": 26, "grid-s1": 10}
"""Of 72. Far above what the models' cards say, so that another machine's rounding can't fail it,
and far below the 58 of guessing."""
TALKERS_READ, MOST_WRONG_OF_TALKERS = 6, 12
"""Sentences of rendered people, and words of their 36, in the same way."""


@pytest.mark.parametrize("name", MOST_WRONG_WORDS)
def test_its_manifest_says_what_a_person_wants_to_know(name: str) -> None:
    manifest = open_model(shipped_model(name)).manifest
    assert manifest.task == "sentence"
    assert manifest.decoding.grammar is not None and len(manifest.words) == 51
    assert manifest.licence and "GRID" in manifest.training["credit"]
    measured = {
        (SPLITS_FORMERLY.get(one["split"], one["split"]), one["model"], one["decoder"]): one
        for one in manifest.accuracy
    }
    assert measured["test", "quantized", "grammar"]["clips"] == 85
    assert name == "grid-s1" or manifest.proof["passed"]  # that one is older than proofs


def test_its_card_credits_the_data_and_says_what_it_cannot_do() -> None:
    card = (MODELS / "README.md").read_text()
    assert "CC BY 4.0" in card and "one speaker" in card


def test_people_are_read_with_the_one_that_knows_many() -> None:
    assert shipped_model().stem == "grid"


@pytest.mark.parametrize("name", MOST_WRONG_WORDS)
def test_it_reads_clips_it_never_saw(
    name: str, grid: Path, face_models: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from training.data.datasets.grid import sentence  # names spell what is said
    from training.data.splits import find_test_list

    clips = find_test_list(grid).read_text().split()[:CLIPS]
    for clip in clips:
        (tmp_path / f"{clip}.mp4").symlink_to(grid / "s1" / f"{clip}.mp4")
    assert main(["run", name, "--source", str(tmp_path), "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["kind"] for event in events] == ["final"] * CLIPS
    wrong = 0
    for clip, event in zip(sorted(clips), events, strict=True):
        read, said = event["text"].split(), sentence(clip).split()
        assert len(read) == len(said)
        wrong += sum(a != b for a, b in zip(read, said, strict=True))
    assert wrong <= MOST_WRONG_WORDS[name]


def test_the_talkers_model_reads_rendered_strangers(
    face_models: object, capsys: pytest.CaptureFixture[str]
) -> None:
    """Seeds that it did not learn from."""
    assert main(["demo", "--json", "--seed", "1000000", "--sentences", str(TALKERS_READ)]) == 0
    takes = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    pairs = [zip(one["text"].split(), one["said"].split(), strict=True) for one in takes]
    assert sum(a != b for pair in pairs for a, b in pair) <= MOST_WRONG_OF_TALKERS


def test_models_are_called_by_their_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "talker"]) == 0
    assert "rendered" in capsys.readouterr().out
    assert main(["info", "nobody"]) == 1
    assert "nobody" in capsys.readouterr().err


def test_every_command_knows_it_by_its_name(
    face_models: object, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["benchmark", "talker", "--source", "talker:soon", "--repeat", "1", "--json"]
    call += ["--only", "stages"]
    assert main(call) == 0
    size = shipped_model("talker").stat().st_size
    assert json.loads(capsys.readouterr().out)["model_bytes"] == size
    assert main(["info", "talker", "--json"]) == 0
