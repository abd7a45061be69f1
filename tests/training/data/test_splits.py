"""Which clips are learned from, validated on and tested on."""

from collections import Counter
from collections.abc import Iterable
from itertools import islice, product
from pathlib import Path
from typing import Any

import pytest

from edge_lip.errors import DataError, RecipeError
from training.data.splits import split_clips
from training.recipes.load import load_recipe, recipe_from_dict

STEMS = ("bbaf2n", "bbaf3s", "bbaf5a", "bbal7s", "bbal8p", "bbas1s")
KEYS = ("blps", "bgrw", "abiw", "abcdefghijklmnopqrstuvxyz", "z123456789", "anps")
"""First characters of a sentence's words."""
Parts = list[list[str]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Sentences of two speakers."""
    for speaker in ("s1", "s2"):
        (tmp_path / speaker).mkdir()
        for stem in STEMS:
            (tmp_path / speaker / f"{stem}.mpg").touch()
    (tmp_path / "test.txt").write_text("s1/bbaf2n\nbbaf3s\n")
    return tmp_path


def label(root: Path, counts: dict[str, int]) -> Path:
    """So many clips of each label, each with content of its own."""
    for text, count in counts.items():
        folder = root / "clips" / text
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(count):
            (folder / f"{number:02d}.mp4").write_text(f"{text} {number}")
    return root


def table(root: Path, speakers: Iterable[str], labels: Iterable[str] = ("no", "yes")) -> Path:
    """Two takes of each label by each speaker."""
    rows = ["clip,label,speaker,take"]
    for who in speakers:
        for text in labels:
            for take in ("1", "2"):
                name = f"{who or 'x'}-{text}-{take}.mp4"
                (root / name).write_text(name)
                rows.append(f"{name},{text},{who},{take}")
    (root / "labels.csv").write_text("\n".join(rows))
    return root


def split(root: Path, said: Any = None, **data: Any) -> Parts:
    """Names of the clips to train on, to watch and to keep."""
    task = "label" if data.get("dataset") == "folder" else "sentence"
    decoding = {"method": "label"} if task == "label" else {}
    recipe = recipe_from_dict(
        {"name": "test", "task": task, "data": {"validation": 2, **data}, "decoding": decoding}
    )
    found = split_clips(root, recipe, (said if said is not None else []).append)
    return [[clip.name for clip in part] for part in (found.train, found.validation, found.test)]


def labels(names: Iterable[str]) -> Counter[str]:
    return Counter(name.split("/")[0] for name in names)


def test_no_clip_is_in_two_parts(root: Path) -> None:
    train, validation, test = split(root)
    assert test == ["s1/bbaf2n", "s1/bbaf3s", "s2/bbaf3s"]
    assert len(validation) == 2
    assert sorted([*train, *validation, *test]) == sorted(
        f"{s}/{n}" for s in ("s1", "s2") for n in STEMS
    )
    assert split(root) == [train, validation, test]


def test_lists_and_speakers(root: Path) -> None:
    (root / "train.txt").write_text("bbaf5a\nbbaf3s\ns2/bbal7s\n")
    train, validation, test = split(root, speakers=["s1"], validation=0)
    assert (train, validation, test) == (["s1/bbaf5a"], [], ["s1/bbaf2n", "s1/bbaf3s"])
    train, _, _ = split(root, validation=0)
    assert train == ["s1/bbaf5a", "s2/bbaf5a", "s2/bbal7s"]


def test_odd_lists_are_told(root: Path) -> None:
    (root / "train.txt").write_text("bbaf5a\ns1/bbaf2n\nswwa9s\nprizzp\n")
    said: list[str] = []
    assert split(root, said, speakers=["s1"], validation=0)[0] == ["s1/bbaf5a"]
    assert said[1:] == [
        "train.txt: names that match no clip: 2, the first swwa9s",
        "in both train.txt and test.txt, not trained on: s1/bbaf2n",
        "in neither train.txt nor test.txt, not used: s1/bbal7s, s1/bbal8p, s1/bbas1s",
    ]


@pytest.mark.parametrize(
    "data, complaint",
    [
        ({"dataset": "lrs2"}, "no dataset is called 'lrs2'; there are: grid"),
        ({"speakers": ["s9"]}, "no clip of speakers s9"),
        ({"train": "test.txt"}, "no clip to train on"),
        ({"by": "take", "test_groups": ["1"]}, "no clip has a take"),
        ({"test": "none.txt"}, r'write none.txt .* by = "share" or "speaker"'),
        ({"by": "speaker", "test_groups": ["s1", "s2"]}, "no clip to train on"),
    ],
)
def test_what_cannot_be_split(root: Path, data: dict[str, object], complaint: str) -> None:
    with pytest.raises(DataError, match=complaint):
        split(root, **data)


@pytest.mark.parametrize(
    "data, complaint",
    [
        ({"by": "frame"}, "by must be one of list, speaker, take, share"),
        ({"test_groups": ["F01"]}, "need by = speaker or take"),
        (
            {"by": "take", "test_groups": ["1", "2"], "validation_groups": ["2"]},
            "2 can't be in both",
        ),
        ({"by": "share", "test_share": 1.0}, "test_share must be between"),
        ({"by": "share", "test_each": -1}, "test_each must be at least 0"),
        ({"test_each": 3}, 'test_each needs by = "share"'),
        ({"validation": -1}, "validation must be at least 0"),
    ],
)
def test_recipes_that_make_no_sense(
    tmp_path: Path, data: dict[str, object], complaint: str
) -> None:
    with pytest.raises(RecipeError, match=complaint):
        split(tmp_path, **data)


def test_lists_may_name_clips_by_their_paths(tmp_path: Path) -> None:
    label(tmp_path, {"excuse me": 3})
    (tmp_path / "test.txt").write_text("clips/excuse me/01.mp4\r\n\nexcuse me/02\n")
    said: list[str] = []
    assert split(tmp_path, said, dataset="folder")[2] == ["excuse me/01", "excuse me/02"]
    assert said == []


def test_an_empty_list_trains_on_all(tmp_path: Path) -> None:
    label(tmp_path, {"no": 3, "yes": 3})
    (tmp_path / "test.txt").touch()
    assert [len(part) for part in split(tmp_path, dataset="folder", validation=0)] == [6, 0, 0]


def test_speakers_are_never_on_both_sides(tmp_path: Path) -> None:
    table(tmp_path, ["ann", "bob", "cat", "dan"])
    train, validation, test = split(
        tmp_path, dataset="folder", by="speaker", test_groups=["bob"], validation_groups=["dan"]
    )
    assert [{name[:3] for name in part} for part in (train, validation, test)] == [
        {"ann", "cat"},
        {"dan"},
        {"bob"},
    ]
    assert len(train) + len(validation) + len(test) == 16
    train, validation, test = split(tmp_path, dataset="folder", by="speaker", test_groups=["bob"])
    assert len(validation) == 2 and not {"bob"} & {name[:3] for name in train + validation}


def test_takes_are_never_on_both_sides(tmp_path: Path) -> None:
    table(tmp_path, ["ann", "bob", "cat"])
    train, validation, test = split(tmp_path, dataset="folder", by="take", test_groups=["2"])
    assert {name[-1] for name in test} == {"2"} and len(test) == 6
    assert {name[-1] for name in train + validation} == {"1"}


def test_groups_that_are_not_there(tmp_path: Path) -> None:
    table(tmp_path, ["ann", "bob"])
    with pytest.raises(
        DataError, match=r"test_groups, .* or a list test\.txt of clips; there are: ann, bob"
    ):
        split(tmp_path, dataset="folder", by="speaker")
    with pytest.raises(DataError, match="no speaker eve, zoe; there are: ann, bob"):
        split(
            tmp_path,
            dataset="folder",
            by="speaker",
            test_groups=["ann", "zoe"],
            validation_groups=["eve"],
        )


def test_clips_of_nobody_are_on_no_side(tmp_path: Path) -> None:
    table(tmp_path, ["ann", "bob", ""])
    said: list[str] = []
    parts = split(tmp_path, said, dataset="folder", by="speaker", test_groups=["bob"])
    assert sum(len(part) for part in parts) == 8
    assert said == ["without a speaker, on no side: x-no-1, x-no-2, x-yes-1, x-yes-2"]


def test_a_share_of_every_label(tmp_path: Path) -> None:
    counts = {"no": 10, "once": 1, "twice": 2, "yes": 20}
    label(tmp_path, counts)
    said: list[str] = []
    train, _, test = split(tmp_path, said, dataset="folder", by="share", validation=0)
    assert labels(test) == {"no": 2, "twice": 1, "yes": 4}
    assert labels(train) + labels(test) == counts
    assert said == ["labels with one clip, learned but never tested: once"]
    # Others that come later don't move those that are there.
    label(tmp_path, {"no": 14, "maybe": 5})
    _, _, later = split(tmp_path, dataset="folder", by="share", validation=0)
    assert {name for name in later if name.startswith("yes")} <= set(test)
    before = {name for name in test if name.startswith("no")}
    assert len(before & set(later)) >= 1 and labels(later)["no"] == 3


def test_a_share_of_sentences(root: Path) -> None:
    train, validation, test = split(root, by="share", test_share=0.25)
    assert (len(train), len(validation), len(test)) == (7, 2, 3)


def test_labels_are_watched_evenly(tmp_path: Path) -> None:
    label(tmp_path, {"a": 30, "b": 6, "c": 3, "d": 1})
    (tmp_path / "test.txt").touch()
    train, validation, _ = split(tmp_path, dataset="folder", validation=8)
    assert labels(validation) == {"a": 3, "b": 3, "c": 2}
    assert labels(train) == {"a": 27, "b": 3, "c": 1, "d": 1}
    train, validation, _ = split(tmp_path, dataset="folder", validation=1000)
    assert labels(train) == {"a": 1, "b": 1, "c": 1, "d": 1}


def test_labels_that_nobody_learns(tmp_path: Path) -> None:
    label(tmp_path, {"no": 3, "yes": 2})
    (tmp_path / "test.txt").write_text("yes/00\nyes/01\n")
    said: list[str] = []
    split(tmp_path, said, dataset="folder")
    assert said == ["labels of test that no clip is left to learn from, read wrong for sure: yes"]


def test_the_same_video_is_not_on_both_sides(tmp_path: Path) -> None:
    label(tmp_path, {"no": 4, "yes": 4})
    (tmp_path / "test.txt").write_text("no/01\nyes/00\n")
    clips = tmp_path / "clips"
    (clips / "no" / "copy.mp4").write_bytes((clips / "no" / "01.mp4").read_bytes())
    (clips / "no" / "like.mp4").write_text("on 1")  # as long as no/01
    said: list[str] = []
    train, _, test = split(tmp_path, said, dataset="folder", validation=0)
    assert test == ["no/01", "yes/00"]
    assert train == ["no/00", "no/02", "no/03", "no/like", "yes/01", "yes/02", "yes/03"]
    assert said == ["the same video as one of test, not trained on: no/copy"]


def test_the_same_video_is_not_watched_either(tmp_path: Path) -> None:
    table(tmp_path, ["ann", "bob", "cat"])
    (tmp_path / "cat-no-1.mp4").write_bytes((tmp_path / "bob-no-1.mp4").read_bytes())
    said: list[str] = []
    _, validation, _ = split(
        tmp_path,
        said,
        dataset="folder",
        by="speaker",
        test_groups=["bob"],
        validation_groups=["cat"],
    )
    assert validation == ["cat-no-2", "cat-yes-1", "cat-yes-2"]
    assert len(said) == 1


def test_the_real_split(grid: Path) -> None:
    parts = split_clips(grid, load_recipe("grid-s1"))
    assert [len(parts.train), len(parts.validation), len(parts.test)] == [725, 40, 85]
    names = [clip.name for part in (parts.train, parts.validation, parts.test) for clip in part]
    assert len(set(names)) == 850
    # Those that the shipped model was tuned on, and nothing else.
    assert [clip.path.stem for clip in parts.validation[:3]] == ["bbaf5a", "bbbz8n", "bbifzp"]


def test_the_list_of_older_versions(root: Path) -> None:
    """`val.txt` names the clips to test on where there is no `test.txt`."""
    expected = split(root)
    (root / "test.txt").rename(root / "val.txt")
    assert split(root) == expected
    (root / "test.txt").write_text("s1/bbaf2n\n")
    assert split(root)[2] == ["s1/bbaf2n"]
    assert split(root, test="val.txt")[2] == expected[2]


def corpus(root: Path, speakers: Iterable[str], count: int = 300) -> Path:
    """So many clips of each, no two people's alike."""
    names = (f"{c}{d}{p}{letter}{n}{a}" for c, d, p, letter, n, a in product(*KEYS))
    for speaker in speakers:
        (root / speaker).mkdir()
        for stem in islice(names, count):
            (root / speaker / f"{stem}.mpg").write_text(speaker + stem)
    return root


def people(names: Iterable[str]) -> Counter[str]:
    return Counter(name.partition("/")[0] for name in names)


def test_the_published_split_by_people(tmp_path: Path) -> None:
    corpus(tmp_path, ("s1", "s2", "s3", "s20", "s22"), 30)
    (tmp_path / "test.txt").write_text("s3/bbaa1a\n")
    parts = split_clips(tmp_path, load_recipe("grid-unseen"))
    names = [[clip.name for clip in part] for part in (parts.train, parts.validation, parts.test)]
    assert people(names[2]) == {"s1": 30, "s2": 30, "s20": 30, "s22": 30}
    assert people(names[0] + names[1]) == {"s3": 30} and len(names[1]) == 24


def test_the_published_split_by_sentences(tmp_path: Path) -> None:
    corpus(tmp_path, ("s1", "s2"))
    (tmp_path / "test.txt").write_text("s1/bbaa1a\n")
    parts = split_clips(tmp_path, load_recipe("grid-overlapped"))
    test = {clip.name for clip in parts.test}
    assert people(test) == {"s1": 255, "s2": 255}
    assert people(clip.name for clip in parts.train + parts.validation) == {"s1": 45, "s2": 45}
    # Who else is there does not matter.
    corpus(tmp_path, ("s4",), 310)
    more = split_clips(tmp_path, load_recipe("grid-overlapped"))
    assert {clip.name for clip in more.test if clip.speaker != "s4"} == test


def test_fewer_clips_than_are_to_be_tested_on(tmp_path: Path) -> None:
    corpus(tmp_path, ("s1",), 6)
    corpus(tmp_path, ("s2",), 4)
    said: list[str] = []
    train, _, test = split(tmp_path, said, by="share", test_each=4, validation=0)
    assert (people(train), people(test)) == ({"s1": 2, "s2": 1}, {"s1": 4, "s2": 3})
    assert said[1:] == ["no more than 4 clips, all but one tested on: s2"]


@pytest.mark.parametrize(
    "name",
    [
        "s1/bbaf2n.mpg",
        "s1\\bbaf2n",
        "S1/BBAF2N.MPG",
        "s1/video/mpg_6000/bbaf2n",
        "lip/s1/bbaf2n",
        "D:\\grid\\s1\\bbaf2n.avi",
        "./s1/bbaf2n",
    ],
)
def test_lists_that_were_written_elsewhere(root: Path, name: str) -> None:
    (root / "test.txt").write_bytes(f"\ufeff{name}\r\n\r\n".encode())
    said: list[str] = []
    assert split(root, said)[2] == ["s1/bbaf2n"]
    assert not any("test.txt" in line for line in said)


def test_names_that_are_there_twice_or_are_several_clips(root: Path) -> None:
    (root / "test.txt").write_text("bbaf3s\ns1/bbaf2n\ns1/bbaf2n\n")
    said: list[str] = []
    assert split(root, said)[2] == ["s1/bbaf2n", "s1/bbaf3s", "s2/bbaf3s"]
    assert said[1:3] == [
        "test.txt: names of more than one clip, all of them taken: bbaf3s",
        "test.txt: names that are there more than once: s1/bbaf2n",
    ]


@pytest.mark.parametrize("name", ["train.txt", "test.txt"])
def test_a_list_of_other_clips_ends_it(root: Path, name: str) -> None:
    (root / name).write_text("s9/swwa9s\ns9/lwik4n\n")
    with pytest.raises(DataError, match=rf"{name} names no clip of .*: it has s9/swwa9s, clips"):
        split(root)


def test_labels_that_differ_in_case_are_told(tmp_path: Path) -> None:
    label(tmp_path, {"Go": 3, "go": 3, "stop": 3})
    said: list[str] = []
    split(tmp_path, said, dataset="folder", by="share", validation=0)
    assert said == ["labels that differ in nothing but case, learned as so many: Go, go"]


def test_a_list_that_is_no_text_is_named(root: Path) -> None:
    (root / "test.txt").write_bytes(b"s1/bbaf2n\ns1/\xff\n")
    with pytest.raises(DataError, match=r"test.txt:2: not UTF-8 text"):
        split(root)
