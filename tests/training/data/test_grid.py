"""GRID's names, alignments and folders, as the corpus and its re-packagings have them."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from edge_lip.errors import DataError
from training.data.datasets.grid import SLOTS, read_alignment, read_grid, sentence

ALIGNMENT = """0 10000 sil
10000 15000 bin
15000 20000 blue
20000 22000 sp
22000 25000 at

25000 30000 f
30000 35500 two
35500 40000 now
40000 74500 sil
"""


def lay(root: Path, *names: str) -> Path:
    """Files of these names, alignments with words in them."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(ALIGNMENT if name.endswith(".align") else "")
    return root


@pytest.mark.parametrize(
    "stem, text",
    [
        ("bbaf2n", "bin blue at f two now"),
        ("lgbz1a", "lay green by z one again"),
        ("prizzp", "place red in z zero please"),
        ("swwa9s", "set white with a nine soon"),
        ("bbaszn", "bin blue at s zero now"),
        ("lgbt3a", "lay green by t three again"),
    ],
)
def test_a_name_spells_its_sentence(stem: str, text: str) -> None:
    assert sentence(stem) == text


def test_every_word_of_every_slot_has_a_name() -> None:
    keys = ("blps", "bgrw", "abiw", "abcdefghijklmnopqrstuvxyz", "z123456789", "anps")
    for place, (slot, initials) in enumerate(zip(SLOTS, keys, strict=True)):
        stems = ["bbaf2n"[:place] + key + "bbaf2n"[place + 1 :] for key in initials]
        assert tuple(sentence(stem).split()[place] for stem in stems) == slot


@pytest.mark.parametrize(
    "stem", ["", "bbaf2", "bbaf2nn", "xbaf2n", "bbaw2n", "bbaf0n", "bbafon", "bbafen", "zbaf2n"]
)
def test_other_names_are_refused(stem: str) -> None:
    with pytest.raises(DataError, match=re.escape(repr(stem))):
        sentence(stem)


def test_alignment_in_seconds_without_silences(tmp_path: Path) -> None:
    path = tmp_path / "bbaf2n.align"
    path.write_text(ALIGNMENT)
    words = read_alignment(path)
    assert [word.text for word in words] == ["bin", "blue", "at", "f", "two", "now"]
    assert (words[0].start, words[0].end) == pytest.approx((0.4, 0.6))
    assert (words[4].start, words[4].end) == pytest.approx((1.2, 1.42))


@pytest.mark.parametrize(
    "line",
    ["1000 2000", "1000 2000 bin blue", "one 2000 bin", "2000 1000 bin", "nan 1 bin", "-1 1 a"],
)
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "bbaf2n.align"
    path.write_text(f"0 1000 sil\n{line}\n")
    with pytest.raises(DataError, match=r"bbaf2n\.align:2: not 'start end word'"):
        read_alignment(path)


def test_an_alignment_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "bbaf2n.align"
    path.write_bytes(bytes(range(128, 256)))
    with pytest.raises(DataError, match=":1:"):
        read_alignment(path)


@pytest.mark.parametrize(
    "names",
    [
        ("s1/bbaf2n.mpg", "alignments/s1/bbaf2n.align"),
        ("s1/bbaf2n.mp4", "align/s1/bbaf2n.align"),
        ("s1/bbaf2n.MPG", "s1/align/bbaf2n.align"),
        ("s1/video/bbaf2n.mpg", "s1/align/bbaf2n.align"),
        ("video/s1/bbaf2n.mpg", "align/s1/bbaf2n.align"),
        ("s1/video/mpg_6000/bbaf2n.mpg", "s1/align/bbaf2n.align"),
    ],
)
def test_layouts(tmp_path: Path, names: Sequence[str]) -> None:
    (clip,) = read_grid(lay(tmp_path, *names))
    assert (clip.name, clip.speaker) == ("s1/bbaf2n", "s1")
    assert clip.path == tmp_path / names[0]
    assert clip.text == "bin blue at f two now"
    assert len(clip.words) == 6


def test_without_alignments_the_name_tells(tmp_path: Path) -> None:
    (clip,) = read_grid(lay(tmp_path, "s7/lgbz1a.mpg"))
    assert (clip.text, clip.words) == ("lay green by z one again", ())


def test_files_that_are_no_clips_are_passed_over(tmp_path: Path) -> None:
    lay(tmp_path, "s1/bbaf2n.mpg", "s1/._bbaf2n.mpg", "s1/readme.txt", "speech/bbaf2n.mpg")
    assert [clip.name for clip in read_grid(tmp_path)] == ["s1/bbaf2n"]


def test_wanted_clips_come_in_the_wanted_order(tmp_path: Path) -> None:
    lay(tmp_path, "s1/bbaf2n.mpg", "s2/bbaf2n.mpg", "s2/lgbz1a.mpg", "s10/swwa9s.mpg")
    chosen = read_grid(tmp_path, names=["swwa9s", "s2/bbaf2n"])
    assert [clip.name for clip in chosen] == ["s10/swwa9s", "s2/bbaf2n"]
    with pytest.raises(DataError, match="no clip called 'prizzp'"):
        read_grid(tmp_path, names=["prizzp"])
    with pytest.raises(DataError, match="2 clips .*s1/bbaf2n"):
        read_grid(tmp_path, names=["bbaf2n"])


def test_folders_without_grid(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not a folder"):
        read_grid(tmp_path / "missing")
    with pytest.raises(DataError, match="no GRID clips"):
        read_grid(tmp_path)


def test_the_real_corpus(grid: Path) -> None:
    clips = read_grid(grid)
    folders = {path.name for path in grid.glob("s*") if path.is_dir()}
    assert {clip.speaker for clip in clips} == folders
    assert len({clip.name for clip in clips}) == len(clips) > len(folders)
    for clip in clips:
        assert clip.path.parent.name == clip.speaker
        assert clip.text == sentence(clip.path.stem) == " ".join(w.text for w in clip.words)
        assert all(word.start < word.end < 3.1 for word in clip.words)


def test_one_odd_file_is_told_and_passed_over(tmp_path: Path) -> None:
    """A name that spells no sentence, an alignment that is none: the others are used."""
    (tmp_path / "s1").mkdir()
    for name in ("bbaf2n.mp4", "holiday.mp4", "bbaf3s.webm", "bbaf4p.mkv", "notes.txt"):
        (tmp_path / "s1" / name).touch()
    (tmp_path / "alignments" / "s1").mkdir(parents=True)
    (tmp_path / "alignments" / "s1" / "bbaf4p.align").write_text("0 silence\n")
    said: list[str] = []
    assert [clip.path.name for clip in read_grid(tmp_path, said.append)] == [
        "bbaf2n.mp4",
        "bbaf3s.webm",
    ]
    assert len(said) == 2
    assert said[0].startswith("not used, s1/bbaf4p.mkv: ") and "bbaf4p.align:1" in said[0]
    assert said[1].startswith("not used, s1/holiday.mp4: 'holiday' is no name of a GRID clip")
