"""Lombard GRID's folders, as published and as they turn up."""

import json
from pathlib import Path
from typing import Any

import pytest

from edge_lip.errors import DataError
from edge_lip.talker.pronunciation import pronounced
from training.data.datasets import read_dataset
from training.data.datasets.lombard_grid import read_lombard_grid, word_times
from training.data.splits import split_clips
from training.recipes.load import recipe_from_dict
from training.recipes.recipe import Recipe

TEXT = "bin blue at f two now"


def phones(text: str = TEXT, step: float = 0.05) -> list[dict[str, Any]]:
    """What the corpus says of a sentence: each phone as long as the next, silence around them."""
    names = ["SIL"]
    for _, sounds in pronounced(text):
        places = ["S"] if len(sounds) == 1 else ["B", *"I" * (len(sounds) - 2), "E"]
        names += [f"{sound}_{place}" for sound, place in zip(sounds, places, strict=True)]
    return [
        {"duration": step, "offset": round(step * k, 3), "phone": phone}
        for k, phone in enumerate([*names, "SIL"])
    ]


def corpus(root: Path, *stems: str, around: str = "", timed: bool = True) -> Path:
    """Clips that nobody opens, and their alignments."""
    for part in ("front", "alignment"):
        (root / around.format(part=part) / part).mkdir(parents=True, exist_ok=True)
    for stem in stems:
        (root / around.format(part="front") / "front" / f"{stem}.mov").write_text(stem)
        if timed:
            file = root / around.format(part="alignment") / "alignment" / f"{stem}.json"
            file.write_text(json.dumps({stem: phones()}))
    return root


@pytest.mark.parametrize("around", ["", "lombardgrid", "lombardgrid_{part}/lombardgrid"])
def test_layouts(tmp_path: Path, around: str) -> None:
    said: list[str] = []
    corpus(tmp_path, "s2_l_bbaf2n", "s10_p_bbaf2n", around=around)
    (tmp_path / around.format(part="side") / "side").mkdir(parents=True)
    (tmp_path / around.format(part="side") / "side" / "s2_l_bbaf2n.mov").touch()
    clips = read_dataset("lombard-grid", tmp_path, said.append)
    assert [(clip.name, clip.speaker, clip.take, clip.text) for clip in clips] == [
        ("s10/s10_p_bbaf2n", "s10", "plain", TEXT),
        ("s2/s2_l_bbaf2n", "s2", "lombard", TEXT),
    ]
    assert all(clip.path.parent.name == "front" and len(clip.words) == 6 for clip in clips)
    assert clips[0].home and said == []


def test_words_begin_and_end_with_their_phones() -> None:
    """b ih n | b l uw | ae t | eh f | t uw | n aw, after a silence of one step."""
    words = word_times({"s2_l_bbaf2n": phones()}, TEXT)
    assert [word.text for word in words] == TEXT.split()
    assert [(round(w.start, 2), round(w.end, 2)) for w in words] == [
        (0.05, 0.2),
        (0.2, 0.35),
        (0.35, 0.45),
        (0.45, 0.55),
        (0.55, 0.65),
        (0.65, 0.75),
    ]
    assert word_times(phones(), TEXT) == words
    other = "lay red by e one soon"
    letter = word_times(phones(other), other)[3]
    assert (letter.text, round(letter.end - letter.start, 2)) == ("e", 0.05)


def changed(place: int, **values: Any) -> list[dict[str, Any]]:
    return [entry | values if k == place else entry for k, entry in enumerate(phones())]


@pytest.mark.parametrize(
    "odd",
    [
        None,
        3,
        "phones",
        {},
        [],
        {"a": phones(), "b": phones()},
        ["SIL"],
        [{"phone": "B_B"}],
        phones("bin blue at f two"),
        phones()[:5],
        changed(1, phone="B"),
        changed(2, phone="IH_B"),
        changed(2, phone="SIL"),
        changed(3, offset=0.01),
        changed(3, offset="soon"),
        changed(3, duration=-1),
        changed(3, duration=float("inf")),
        changed(3, offset=float("nan")),
    ],
)
def test_phones_that_make_no_such_words_give_no_times(odd: Any) -> None:
    assert word_times(odd, TEXT) == ()


def test_clips_without_times_are_clips(tmp_path: Path) -> None:
    corpus(tmp_path, "s2_l_bbaf2n", "s2_p_lgbz1a")
    corpus(tmp_path, "s3_l_bbaf2n", timed=False)
    (tmp_path / "alignment" / "s2_p_lgbz1a.json").write_bytes(b"\xff not json")
    (tmp_path / "alignment" / "s9_p_lgbz1a.json").write_bytes(b"[]")
    said: list[str] = []
    clips = read_lombard_grid(tmp_path, said.append)
    assert [len(clip.words) for clip in clips] == [6, 0, 0]
    assert clips[1].text == "lay green by z one again"
    assert said == [
        "2 of 3 clips are without times of their words, used all the same: s2_p_lgbz1a, "
        "s3_l_bbaf2n",
        "1 alignments of no clip, not used: s9_p_lgbz1a",
    ]


def test_odd_files_are_told_and_passed_over(tmp_path: Path) -> None:
    corpus(tmp_path, "s2_l_bbaf2n")
    for name in (
        "._s2_l_bbaf2n.mov",
        "notes.txt",
        "holiday.mov",
        "s2_x_bbaf2n.mov",
        "s2_l_hello1.mov",
        "s2_l_bbaf2n.mp4",
    ):
        (tmp_path / "front" / name).touch()
    said: list[str] = []
    (clip,) = read_lombard_grid(tmp_path, said.append)
    assert clip.path.suffix in (".mov", ".mp4")
    assert len(said) == 5 and all(line.startswith("not used, ") for line in said)
    assert "'holiday' is no name of a Lombard GRID clip (like s2_l_bbim3a)" in said[1]
    assert "notes.txt" in said[0]


def test_folders_without_the_corpus(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is not a folder: give the one that holds front/"):
        read_lombard_grid(tmp_path / "missing")
    with pytest.raises(DataError, match="no Lombard GRID clips"):
        read_lombard_grid(tmp_path)


def recipe(**data: Any) -> Recipe:
    table = {"dataset": "lombard-grid", "validation": 0, **data}
    return recipe_from_dict({"name": "test", "data": table})


def test_it_is_split_by_people_or_by_kind_of_speech(tmp_path: Path) -> None:
    stems = [f"s{n}_{kind}_bbaf{n}{end}" for n in (2, 3) for kind, end in (("l", "n"), ("p", "s"))]
    corpus(tmp_path, *stems)
    people = split_clips(tmp_path, recipe(by="speaker", test_groups=["s3"]))
    assert [clip.name for clip in people.test] == ["s3/s3_l_bbaf3n", "s3/s3_p_bbaf3s"]
    loud = split_clips(tmp_path, recipe(by="take", test_groups=["lombard"]))
    assert {clip.name[3:7] for clip in loud.test} == {"s2_l", "s3_l"}
    assert {clip.name[3:7] for clip in loud.train} == {"s2_p", "s3_p"}
