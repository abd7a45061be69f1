"""MIRACL-VC1's folders, as published and as they turn up."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from edge_lip.errors import DataError
from training.data.datasets import read_dataset
from training.data.datasets.miracl import LABELS, read_miracl


def record(root: Path, name: str, color: range = range(1, 4), depth: range = range(1, 4)) -> Path:
    """A clip's pictures, empty ones: readers open none."""
    folder = root / name
    folder.mkdir(parents=True)
    for kind, numbers in (("color", color), ("depth", depth)):
        for number in numbers:
            (folder / f"{kind}_{number:03d}.jpg").touch()
    return folder


def corpus(root: Path, speakers: tuple[str, ...] = ("F01", "M08")) -> Path:
    """Two takes of three words and one phrase by everybody."""
    for speaker in speakers:
        for item in ("words/01", "words/03", "words/10", "phrases/02"):
            for take in ("01", "02"):
                record(root, f"{speaker}/{item}/{take}")
    return root


def test_person_take_and_label_are_kept(tmp_path: Path) -> None:
    clips = {clip.name: clip for clip in read_miracl(corpus(tmp_path))}
    assert len(clips) == 16
    clip = clips["M08/words/03/02"]
    assert (clip.speaker, clip.take, clip.text) == ("M08", "02", "Connection")
    assert clip.path == tmp_path / "M08/words/03/02"
    assert clips["F01/phrases/02/01"].text == "Excuse me"
    assert clips["F01/words/10/01"].text == "Web"


@pytest.mark.parametrize(
    "name, counts",
    [
        ("miracl-words", {"Begin": 4, "Connection": 4, "Web": 4}),
        ("miracl-phrases", {"Excuse me": 4}),
        ("miracl-all", {"Begin": 4, "Connection": 4, "Web": 4, "Excuse me": 4}),
    ],
)
def test_words_phrases_or_both(tmp_path: Path, name: str, counts: dict[str, int]) -> None:
    said: list[str] = []
    clips = read_dataset(name, corpus(tmp_path), said.append)
    assert Counter(clip.text for clip in clips) == counts
    assert said == []


def test_twenty_labels_and_none_twice() -> None:
    assert {kind: len(labels) for kind, labels in LABELS.items()} == {"words": 10, "phrases": 10}
    assert len({label for labels in LABELS.values() for label in labels}) == 20


def test_the_folder_within(tmp_path: Path) -> None:
    corpus(tmp_path / "dataset")
    assert [clip.name for clip in read_miracl(tmp_path)] == [
        clip.name for clip in read_miracl(tmp_path / "dataset")
    ]


def test_calibration_and_other_folders_are_passed_over(tmp_path: Path) -> None:
    corpus(tmp_path)
    before = read_miracl(tmp_path)
    for folder in ("calib", "F01/calib", "notes", "F01/words/notes", "F01/words/01/notes"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "color_001.jpg").touch()
    for file in ("calib.txt", "F01/calib.txt", "F01/words/01/readme.txt", "F01/words/01/01/a.txt"):
        (tmp_path / file).touch()
    said: list[str] = []
    assert read_miracl(tmp_path, said.append) == before
    assert said == []


def test_what_is_odd_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    corpus(tmp_path, ("F01",))
    record(tmp_path, "F01/words/11/01")
    (tmp_path / "F01/words/02").mkdir()
    record(tmp_path, "F01/words/04/01", color=range(0), depth=range(0))
    record(tmp_path, "F01/words/05/01", color=range(0))
    gaps = record(tmp_path, "F01/words/06/01", color=range(1, 10), depth=range(1, 9))
    for file in ("color_003.jpg", "depth_003.jpg", "color_005.jpg", "depth_006.jpg"):
        (gaps / file).unlink()
    said: list[str] = []
    names = {clip.name for clip in read_miracl(tmp_path, said.append)}
    assert len(names) == 9 and "F01/words/06/01" in names
    assert said == [
        "F01/words/11 is not of the corpus (01 to 10): skipped",
        "F01/words/02 (Choose) holds no take",
        "F01/words/04/01 holds no colour picture: skipped",
        "F01/words/05/01 holds no colour picture: skipped",
        "F01/words/06/01: depth_005.jpg without a colour picture: not used",
        "F01/words/06/01: frames missing: 003 (there are 7)",
    ]


def test_a_clip_without_depth_is_a_clip(tmp_path: Path) -> None:
    record(tmp_path, "F01/words/01/01", depth=range(0))
    said: list[str] = []
    assert len(read_miracl(tmp_path, said.append)) == 1
    assert said == []


def test_folders_without_the_corpus(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not a folder"):
        read_miracl(tmp_path / "missing")
    (tmp_path / "F01").mkdir()
    with pytest.raises(DataError, match="no MIRACL-VC1 clips .* F01/words or phrases/01/01"):
        read_miracl(tmp_path)
    corpus(tmp_path, ("F02",))
    shutil.rmtree(tmp_path / "F02/phrases")
    with pytest.raises(DataError, match="F01/phrases/01"):
        read_miracl(tmp_path, kinds=("phrases",))
