"""Everything once, through the command line: crops, training, saving, conversion, reading.

On a few real clips and with a network far too small to learn anything: what is tested is that the
rooms fit together, not how well lips are read (that is `test_shipped_model.py`).
"""

import csv
import json
from pathlib import Path

import pytest

from edge_lip.cli.main import main
from edge_lip.errors import DataError

RECIPE = """
[data]
speakers = ["s1"]
validation = 3
[network]
channels = [4, 4, 4]
features = 8
units = 4
[fit]
epochs = 2
batch = 4
warmup = 1
watch = 1
[decoding]
method = "grammar"
grammar = [["bin", "lay", "place", "set"], ["blue", "green"], ["at", "by", "in", "with"],
           ["a", "b", "f"], ["one", "two", "three"], ["again", "now", "please", "soon"]]
"""


@pytest.fixture(scope="module")
def corpus(grid: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve clips and a broken one, in the corpus' layout."""
    root = tmp_path_factory.mktemp("corpus")
    (root / "s1").mkdir()
    (root / "alignments").symlink_to(grid / "alignments")
    clips = sorted((grid / "s1").glob("*.mp4"))[:12]
    for clip in clips:
        (root / "s1" / clip.name).symlink_to(clip)
    (root / "s1" / "bbaf9s.mp4").write_bytes(b"no video at all")
    (root / "test.txt").write_text("\n".join(clip.stem for clip in clips[:2]))
    return root


@pytest.fixture(scope="module")
def trained(corpus: Path, face_models: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished training."""
    folder = tmp_path_factory.mktemp("training")
    (folder / "tiny.toml").write_text(RECIPE)
    assert main(_train(corpus, folder)) == 0
    return folder


def _train(corpus: Path, folder: Path, out: str = "run") -> list[str]:
    places = ["--out", str(folder / out), "--cache", str(folder / "crops"), "--workers", "1"]
    return ["train", "--recipe", str(folder / "tiny.toml"), "--data", str(corpus), *places]


def test_training_leaves_model_history_and_pictures(trained: Path) -> None:
    names = {path.name for path in (trained / "run").iterdir()}
    assert {"model.h5", "model.keras", "history.csv", "curves.png"} <= names
    assert any(name.endswith(".gif") for name in names)
    with (trained / "run" / "history.csv").open() as file:
        assert [int(row["epoch"]) for row in csv.DictReader(file)] == [1, 2]


def test_a_clip_that_is_no_video_is_listed_and_the_others_go_on(trained: Path) -> None:
    (listed,) = (trained / "crops").rglob("skipped.tsv")
    assert listed.read_text().startswith("s1/bbaf9s\t")


def test_a_finished_training_is_not_repeated(
    corpus: Path, trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(_train(corpus, trained)) == 0
    assert "epoch" not in capsys.readouterr().out


@pytest.mark.parametrize("folder", ["s1", "s3"])
def test_it_is_told_what_is_learned_from(
    corpus: Path,
    trained: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    folder: str,
) -> None:
    """Word times as another aligner writes them; then in the folder of somebody else."""

    def stop(*_: object) -> None:
        raise DataError("all is said before the first epoch")

    monkeypatch.setattr("training.fitting.train.Trainer", stop)
    for name in ("s1", "test.txt"):
        (tmp_path / name).symlink_to(corpus / name)
    (tmp_path / "alignments" / folder).mkdir(parents=True)
    for clip in (corpus / "s1").glob("*.mp4"):
        path = corpus / "alignments" / "s1" / f"{clip.stem}.align"
        text = path.read_text() if path.exists() else "0 75000 sil\n"  # of the broken one
        text = "\ufeff" + text.replace("sil", "<sil>").replace("sp", "SP")
        (tmp_path / "alignments" / folder / path.name).write_text(text, "utf-8")
    assert main(_train(tmp_path, trained, folder)) == 1
    said = capsys.readouterr().out
    theirs = folder == "s1"
    timed = 7 if theirs else 0
    assert ("word times not used, s1/bbaf9s.mp4: " in said) is theirs
    assert f"8 clips to learn from, {timed} of them with word times; 3 for validation, 2 " in said
    assert ("no clip has word times: words are not spliced, and" in said) is not theirs
    assert ("no alignment for 13 of 13 clips of s1 (those in alignments/s3" in said) is not theirs


def test_a_trained_model_goes_on_with_rendered_people(
    corpus: Path, trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from training.trained.read import load

    first = trained / "run" / "model.h5"
    call = [*_train(corpus, trained, "mixed"), "--from", str(first), "--epochs", "1"]
    assert main([*call, "--set", "data.rendered=2"]) == 0
    training = load(trained / "mixed" / "model.h5").manifest.training
    assert (training["clips"], training["rendered"], training["speakers"]) == (7, 2, ["s1"])
    assert training["started_from"]["name"] == "tiny"
    rendered = [path for path in (trained / "crops").rglob("*.npz") if "talker-" in str(path)]
    assert len(rendered) == 2
    capsys.readouterr()
    assert main([*call, "--set", "network.units=6"]) == 2
    error = capsys.readouterr().err
    assert "--set network.units=4" in error and error.count("\n") == 1


def test_a_trained_model_goes_on_with_clips_of_one_more_person(
    corpus: Path, trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from training.trained.read import load

    own = trained / "own"
    for clip, text in (("bbaf2n", "bin blue at f two now"), ("bbaf3s", "bin blue at f three soon")):
        (own / "clips" / text).mkdir(parents=True)
        (own / "clips" / text / "01.mp4").symlink_to(corpus / "s1" / f"{clip}.mp4")
    first = trained / "run" / "model.h5"
    call = ["train", "--from", str(first), "--data", str(own), "--epochs", "1", "--workers", "1"]
    call += ["--cache", str(trained / "crops"), "--out", str(trained / "adapted")]
    assert main(call) == 0
    assert "word times of 1 clips found by model.h5\n" in capsys.readouterr().out
    theirs, adapted = (load(path).manifest for path in (first, trained / "adapted" / "model.h5"))
    assert (adapted.name, adapted.classes) == ("tiny-adapted", theirs.classes)
    assert adapted.decoding == theirs.decoding
    assert (adapted.training["clips"], adapted.training["credit"]) == (1, "")
    assert main(["train", "--data", str(own)]) == 2
    assert "--from grid" in capsys.readouterr().err


def test_rendered_people_alone_take_no_dataset(
    face_models: object, trained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from training.trained.read import load

    monkeypatch.delenv("DATASET_PATH", raising=False)
    recipe = trained / "rendered.toml"
    data = 'base = "tiny.toml"\n[data]\ndataset = "rendered"\nspeakers = []\nholdout = 2'
    call = ["train", "--recipe", str(recipe), "--out", str(trained / "rendered")]
    call += ["--cache", str(trained / "crops"), "--workers", "1", "--epochs", "1"]
    recipe.write_text(data)
    assert main(call) == 2  # how many?
    recipe.write_text(f"{data}\nrendered = 4")
    assert main(call) == 0
    training = load(trained / "rendered" / "model.h5").manifest.training
    assert (training["clips"], training["rendered"], training["speakers"]) == (0, 4, [])


def test_rendered_people_are_read_without_a_dataset(
    trained: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATASET_PATH", raising=False)
    monkeypatch.setattr("training.evaluation.readings.EVALUATED", 2)
    h5 = str(trained / "run" / "model.h5")
    assert main(["evaluate", h5, "--split", "rendered"]) == 0
    printed = capsys.readouterr().out
    assert "rendered, float, grammar: 2 clips, 12 words\nWER " in printed
    assert printed.endswith(
        "these people are rendered: how well real lips are read is not in the figures\n"
    )


@pytest.mark.parametrize("trained_file", ["model.h5", "model.keras"])
def test_converted_and_read(
    corpus: Path, trained: Path, trained_file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    model = trained / f"{trained_file}.tflite"
    assert main(["convert", str(trained / "run" / trained_file), "--out", str(model)]) == 0
    capsys.readouterr()
    clip = str(corpus / "s1" / "bbaf2n.mp4")
    assert main(["run", str(model), "--source", clip, "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    event = json.loads(line)
    assert (event["kind"], event["frames"], event["faces"]) == ("final", 75, 75)
    assert len(event["text"].split()) == 6


def test_evaluated_in_float_and_quantized(
    corpus: Path, trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = trained / "evaluated.tflite"
    h5 = str(trained / "run" / "model.h5")
    assert main(["convert", h5, "--out", str(model)]) == 0
    figures = {}
    for name in (h5, str(model)):
        capsys.readouterr()
        assert main(["evaluate", name, "--data", str(corpus), "--json"]) == 0
        figures[name] = json.loads(capsys.readouterr().out)
        assert (figures[name]["clips"], figures[name]["words"]) == (2, 12)
        assert 0 <= figures[name]["low"] <= figures[name]["wer"] <= figures[name]["high"]
    assert [figures[name]["model"] for name in (h5, str(model))] == ["float", "quantized"]


def test_recorded_figures_are_in_the_manifest(
    corpus: Path, trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from edge_lip.model.file import open_model

    model = trained / "recorded.tflite"
    assert main(["convert", str(trained / "run" / "model.h5"), "--out", str(model)]) == 0
    for _ in range(2):  # the second takes the place of the first
        call = ["evaluate", str(model), "--data", str(corpus), "--record"]
        assert main([*call, "--pictures", str(trained / "pictures")]) == 0
    drawn = {path.name for path in (trained / "pictures").iterdir()}
    assert drawn == {f"confusion-{place}.png" for place in range(1, 7)}
    splits = [(one["split"], one["model"]) for one in open_model(model).manifest.accuracy]
    assert splits == [("validation", "float"), ("test", "quantized")]


@pytest.mark.parametrize(
    ("call", "code", "says"),
    [
        (["evaluate", "{h5}", "--data", "{corpus}", "--split", "nope"], 2, "test, validation"),
        (["evaluate", "{h5}", "--data", "{corpus}", "--split", "others"], 1, "no clips"),
        (["evaluate", "{h5}", "--data", "{corpus}", "--record"], 2, ".tflite"),
        (["evaluate", "x.tflite", "--split", "rendered", "--record"], 2, "for real clips"),
        (["evaluate", "{h5}", "--data", "{nowhere}"], 1, "not a folder"),
        (["evaluate", "{nowhere}.tflite", "--data", "{corpus}"], 1, "nowhere.tflite"),
    ],
)
def test_wrong_calls_of_evaluate_end_in_one_line(
    corpus: Path,
    trained: Path,
    call: list[str],
    code: int,
    says: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    places = {
        "h5": trained / "run" / "model.h5",
        "corpus": corpus,
        "nowhere": corpus / "nowhere",
    }
    assert main([part.format(**places) for part in call]) == code
    error = capsys.readouterr().err
    assert says in error and error.count("\n") == 1
