"""`edge-lip evaluate` of a label model on real clips; what it reads there is chance."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support import tiny_model

from edge_lip.cli.main import main
from edge_lip.model.file import open_model, pack, unpack
from training.data.clip import Clip
from training.evaluation.readings import known_clips
from training.recipes.recipe import DataSection, DecodingSection, Recipe

RECIPE = Recipe(
    "tiny-label",
    task="label",
    data=DataSection("folder", by="take", test_groups=("one",), validation=0),
    decoding=DecodingSection("label"),
)
SAID = {"Begin": 2, "Excuse me": 2, "I am sorry": 2, "Web": 2}
"""Clips of each label; the model does not know the last."""


@pytest.fixture(scope="module")
def corpus(grid: Path, face_models: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`clips/<label>/one.mp4` and `two.mp4`, what they say being of no matter; one is broken."""
    root = tmp_path_factory.mktemp("corpus")
    clips = iter(sorted((grid / "s1").glob("*.mp4")))
    for label, count in SAID.items():
        folder = root / "clips" / label
        folder.mkdir(parents=True)
        for take in ("one", "two")[:count]:
            (folder / f"{take}.mp4").symlink_to(next(clips))
    (root / "clips" / "I am sorry" / "one.mp4").unlink()
    (root / "clips" / "I am sorry" / "one.mp4").write_bytes(b"no video at all")
    return root


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A label model as trained by `RECIPE`, which rejects whatever it reads."""
    manifest, flatbuffer = unpack(tiny_model.converted("label").read_bytes())
    decoding = replace(manifest.decoding, threshold=1.0)
    training = {"recipe": RECIPE.to_dict()}
    path = tmp_path / "label.tflite"
    path.write_bytes(pack(flatbuffer, replace(manifest, decoding=decoding, training=training)))
    return path


def evaluate(model: Path, corpus: Path, *options: str) -> int:
    return main(["evaluate", str(model), "--data", str(corpus), *options])


def test_everything_as_json(model: Path, corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate(model, corpus, "--json") == 0
    printed = capsys.readouterr()
    found: dict[str, Any] = json.loads(printed.out)
    assert (found["split"], found["decoder"], found["model"]) == ("test", "label", "quantized")
    assert (found["clips"], found["labels"], found["chance"]) == (3, 3, pytest.approx(1 / 3))
    readings = {reading["clip"]: reading for reading in found["readings"]}
    right = sum(one["hypothesis"] == one["reference"] for one in readings.values())
    assert found["top1"] == pytest.approx(right / 3)
    for name in ("Begin/one", "Excuse me/one"):
        choices = readings[name]["choices"]
        assert choices[0] == [readings[name]["hypothesis"], readings[name]["confidence"]]
        assert {label for label, _ in choices} == set(tiny_model.LABEL_MANIFEST.labels)
        assert sum(share for _, share in choices) == pytest.approx(1)
    unread = readings["I am sorry/one"]
    assert (unread["hypothesis"], unread["confidence"], unread["choices"]) == ("", 0.0, [])
    assert found["top3"] == pytest.approx(2 / 3)
    # Scored as if nothing were rejected; what the model's threshold does stands beside it.
    assert (found["threshold"], found["answered"], found["wrong"]) == (1.0, 0.0, 0.0)
    assert found["thresholds"][0]["answered"] == pytest.approx(2 / 3)
    assert "left out: 1 of 4 clips, of labels not in the model: Web" in printed.err
    assert "I am sorry/one: " in printed.err


def test_what_a_person_is_told(
    model: Path, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(model, corpus, "--pictures", str(tmp_path / "pictures")) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "I am sorry/one: I am sorry  read as  nothing (0.00)" in lines
    assert "test, quantized, label: 3 clips, 3 labels" in lines
    assert any(line.startswith("top-1 ") for line in lines)
    drawn = {path.name for path in (tmp_path / "pictures").iterdir()}
    assert drawn == {"confusion.png", "reliability.png", "coverage.png"}


def test_splits_by_their_old_names(
    model: Path, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(model, corpus, "--split", "val", "--json") == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["split"] == "test"
    assert "val is the old name of the split test" in printed.err


def test_everything_on_one_page(model: Path, corpus: Path, tmp_path: Path) -> None:
    assert evaluate(model, corpus, "--html", str(tmp_path / "page.html")) == 0
    page = (tmp_path / "page.html").read_text()
    assert "label.tflite" in page and "test, quantized, label" in page
    assert page.count("data:image/webp") == 2 and page.count("no mouth seen") == 1
    assert 'data-frames="75"' in page and "I am sorry/one" in page


def test_recorded_figures_are_in_the_manifest(model: Path, corpus: Path) -> None:
    for _ in range(2):  # the second takes the place of the first
        assert evaluate(model, corpus, "--record", "--split", "train") == 0
    *_, recorded = open_model(model).manifest.accuracy
    assert (recorded["split"], recorded["decoder"], recorded["model"], recorded["clips"]) == (
        "train",
        "label",
        "quantized",
        3,
    )
    assert recorded["low"] <= recorded["top1"] <= recorded["top3"] == 1.0
    assert len(open_model(model).manifest.accuracy) == 2


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (["--decoder", "greedy"], 2, "decoder"),
        (["--split", "others"], 1, "no clips"),
        (["--split", "nope"], 2, "test, validation"),
    ],
)
def test_wrong_calls_end_in_one_line(
    model: Path,
    corpus: Path,
    options: list[str],
    code: int,
    says: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert evaluate(model, corpus, *options) == code
    error = capsys.readouterr().err
    assert says in error and error.count("\n") == 1


def test_no_label_that_the_model_knows(
    model: Path, grid: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clips = sorted((grid / "s1").glob("*.mp4"))
    for number, (label, take) in enumerate([("Stop", "one"), ("Stop", "two"), ("Web", "two")]):
        folder = tmp_path / "clips" / label
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{take}.mp4").symlink_to(clips[number])
    assert evaluate(model, tmp_path) == 1
    error = capsys.readouterr().err
    assert "no clip has a label that the model knows" in error and error.count("\n") == 1


def test_many_processes_give_what_one_gives(
    model: Path, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = []
    for more in ([], ["--workers", "2"]):
        assert evaluate(model, corpus, "--json", *more) == 0
        printed.append(capsys.readouterr())
    assert printed[0].out == printed[1].out
    assert "I am sorry/one: " in printed[1].err


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--workers", "2", "--html", "page.html"], "--html takes pictures"),
        (["--cluster", "nonsense://x"], "no Dask scheduler answers at nonsense://x"),
    ],
)
def test_what_many_cannot_do(
    model: Path, corpus: Path, capsys: pytest.CaptureFixture[str], more: list[str], told: str
) -> None:
    assert evaluate(model, corpus, *more) == 2
    assert told in capsys.readouterr().err


def test_clips_are_of_a_label_that_looks_the_same(model: Path) -> None:
    manifest = replace(open_model(model).manifest, labels=("cafe\u0301", "go"))
    clips = [Clip("a.mp4", "a", "", "caf\u00e9"), Clip("b.mp4", "b", "", "stop")]
    said: list[str] = []
    assert [clip.text for clip in known_clips(clips, manifest, said.append)] == ["cafe\u0301"]
    assert said == ["left out: 1 of 2 clips, of labels not in the model: stop"]
