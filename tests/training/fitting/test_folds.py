"""Every speaker left out once: trained on the others, tested on the one."""

import csv
from pathlib import Path

import pytest
from support.fake_people.miracl import write_tree

from edge_lip.cli.main import main

TINY = (
    "crop.width=32",
    "crop.height=24",
    "network.channels=[4, 4]",
    "network.features=8",
    "network.units=4",
    "network.layers=1",
    "fit.epochs=1",
    "fit.batch=4",
    "data.validation=2",
)
PEOPLE = ("F01", "F02", "M01")


@pytest.fixture(scope="module")
def tree(face_models: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tree")
    write_tree(root, PEOPLE, items=(1, 2), takes=2, size=(320, 240), depth=False)
    return root


def train(tree: Path, folder: Path, *words: str) -> int:
    places = ["--data", str(tree), "--out", str(folder / "each"), "--cache", str(folder / "crops")]
    sets = [part for setting in TINY for part in ("--set", setting)]
    return main(["train", "--recipe", "miracl-words", *places, *sets, "--workers", "1", *words])


def test_each_speaker_is_tested_once_and_what_is_done_is_kept(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train(tree, tmp_path, "--leave-out", "each") == 0
    said = capsys.readouterr().out.splitlines()
    with (tmp_path / "each" / "folds.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["speaker"], row["clips"]) for row in rows] == [(name, "4") for name in PEOPLE]
    assert all(0 <= float(row["figure"]) <= 1 for row in rows)
    assert all((tmp_path / "each" / name / "model.h5").is_file() for name in PEOPLE)
    assert said[-1].startswith("top1 over 3 speakers, each left out once: mean ")
    assert sum(line.startswith("epoch 1,") for line in said) == 3
    assert train(tree, tmp_path, "--leave-out", "each") == 0
    again = capsys.readouterr().out.splitlines()
    assert len(again) == 4 and again == [line for line in said if line in again]  # told, not redone


def test_a_stranger_cannot_be_left_out(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train(tree, tmp_path, "--leave-out", "F09") == 1
    error = capsys.readouterr().err
    assert "F09" in error and "F01, F02, M01" in error and error.count("\n") == 1
