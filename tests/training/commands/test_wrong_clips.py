"""Clips as people have them: what is wrong with some is said, and the rest is learned."""

import shutil
from pathlib import Path

import pytest
from support.fake_people.miracl import write_tree

from edge_lip.cli.main import main
from edge_lip.model.manifest import Manifest

TINY = (
    "crop.width=32",
    "crop.height=24",
    "network.channels=[4, 4]",
    "network.features=8",
    "network.units=4",
    "network.layers=1",
    "fit.epochs=1",
    "fit.batch=4",
)
VGG = ("network.encoder=vgg-face", "crop.height=32", "network.frames=1", "network.ahead=0")


@pytest.fixture(scope="module")
def rendered(face_models: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`F01/words/01..03/01..03`: color_NNN.jpg and depth_NNN.jpg."""
    root = tmp_path_factory.mktemp("rendered")
    write_tree(root, people=("F01",), items=(1, 2, 3), takes=3, size=(320, 240))
    return root


def train(root: Path, folder: Path, recipe: str, *settings: str) -> int:
    places = ["--data", str(root), "--out", str(folder / "run"), "--cache", str(folder / "crops")]
    sets = [part for setting in (*TINY, *settings) for part in ("--set", setting)]
    return main(["train", "--recipe", recipe, *places, "--workers", "1", *sets])


def manifest(folder: Path) -> Manifest:
    import h5py

    with h5py.File(folder / "run" / "model.h5") as file:
        return Manifest.from_json(file.attrs["edge_lip_manifest"])


def test_a_folder_of_clips_with_everything_wrong(
    rendered: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "mine"
    for item, label in enumerate(("go", "stop", "once"), 1):
        for take in ("01", "02", "03") if label != "once" else ("01",):
            source = rendered / "F01" / "words" / f"{item:02d}" / take
            shutil.copytree(source, root / "clips" / label / take)
    (root / "clips" / "empty").mkdir()
    bad = root / "clips" / "unreadable"
    (bad / "pictures").mkdir(parents=True)
    for number in range(5):
        (bad / "pictures" / f"{number}.png").write_bytes(b"no picture at all")
    (bad / "video.mp4").write_bytes(b"no video at all")
    (root / "train.txt").write_text("go/01\ngo/02\nstop/01\nstop/02\nonce/01\ngo/03\nnobody/07\n")
    with (root / "train.txt").open("a") as file:
        file.write("unreadable/pictures\nunreadable/video\n")
    (root / "test.txt").write_text("go/03\nstop/03\n")
    assert train(root, tmp_path, "folder", "data.by=list", "data.validation=1") == 0
    said = capsys.readouterr().out.splitlines()
    for line in (
        "label 'empty' has no clip: skipped",
        "in both train.txt and test.txt, not trained on: go/03",
        "train.txt: names that match no clip: 1, the first nobody/07",
        "labels with one clip, learned but never tested: once",
        "no usable clip to learn from, not in the model: unreadable",
    ):
        assert said.count(line) == 1, (line, said)
    skipped = [line for line in said if line.startswith("skipped ")]
    assert [line.split(":")[0] for line in skipped] == [
        "skipped unreadable/pictures",
        "skipped unreadable/video",
    ]
    assert manifest(tmp_path).labels == ("go", "once", "stop")
    assert manifest(tmp_path).training["clips"] == 4


def test_a_corpus_of_colour_and_depth_with_everything_wrong(
    rendered: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "miracl"
    shutil.copytree(rendered, root)
    words = root / "F01" / "words"
    (words / "01" / "01" / "color_005.jpg").unlink()  # leaves a depth picture alone
    (words / "02" / "01" / "color_004.jpg").write_bytes(b"no picture at all")
    for path in (words / "03" / "01").glob("depth_*"):
        path.unlink()
    for path in (words / "03" / "02").glob("color_*"):
        path.unlink()
    (words / "99" / "01").mkdir(parents=True)
    settings = ("data.by=take", 'data.test_groups=["03"]', "data.validation=2", "crop.depth=true")
    assert train(root, tmp_path, "miracl-words", *settings, "data.validation_groups=[]") == 0
    said = capsys.readouterr().out.splitlines()

    def told(*parts: str) -> bool:
        return sum(all(part in line for part in parts) for line in said) == 1

    assert told("F01/words/01/01", "5") and told("F01/words/03/02")
    assert told("skipped F01/words/03/01", "depth") and told("words/99"), said
    assert not any("F01/words/02/02" in line for line in said)
    # Of six takes to learn from two are unusable and two are held out.
    assert manifest(tmp_path).training["clips"] == 2
    assert manifest(tmp_path).crop.depth


@pytest.mark.parametrize(
    "settings, says",
    [
        (("data.by=speaker",), "test_groups"),
        (("data.by=speaker", 'data.test_groups=["F09"]'), "there are: F01"),
        (("data.by=take", 'data.test_groups=["01", "02", "03"]'), "no clip to train on"),
        (("data.by=moon",), "[data] by must be one of"),
        (("data.dataset=tapes",), "dataset"),
        ((*VGG, "network.weights=nowhere.h5", "data.by=share"), "nowhere.h5"),
    ],
)
def test_splits_that_cannot_be_end_in_one_line(
    rendered: Path,
    tmp_path: Path,
    settings: tuple[str, ...],
    says: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    none = ("data.validation_groups=[]", "data.test_groups=[]")
    assert train(rendered, tmp_path, "miracl-words", *none, *settings) in (1, 2)
    error = capsys.readouterr().err
    assert says in error and error.count("\n") == 1
    assert not (tmp_path / "run" / "model.h5").exists()
