"""GRID's names, alignments and folders, as the corpus and its re-packagings have them."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from edge_lip.errors import DataError
from training.data.clip import Clip
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
    ["1000", "1000 2000 bin blue", "one 2000 bin", "2000 1000 bin", "nan 1 bin", "-1 1 a"],
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
    """A name that spells no sentence, an alignment that is none, a note: the others are used."""
    lay(tmp_path, "s1/bbaf2n.mp4", "s1/holiday.mp4", "s1/bbaf3s.webm", "s1/bbaf4p.mkv")
    lay(tmp_path, "s1/notes.txt", "s1/bbaf5a.rm")
    (tmp_path / "alignments" / "s1").mkdir(parents=True)
    (tmp_path / "alignments" / "s1" / "bbaf4p.align").write_text("0 silence\n")
    clips, said = read(tmp_path)
    assert {name: len(clip.words) for name, clip in clips.items()} == {
        "s1/bbaf2n": 0,
        "s1/bbaf3s": 0,
        "s1/bbaf4p": 0,
    }
    assert said[0].startswith("not used, s1/holiday.mp4: 'holiday' is no name of a GRID clip")
    assert said[1].startswith("not used, no clip by the suffix (")
    assert said[1].endswith("s1/bbaf5a.rm and 1 more")
    assert said[2].startswith("word times not used, s1/bbaf4p.mkv: ")
    assert "bbaf4p.align:1: not 'start end word'" in said[2]
    assert said[3].startswith("no alignment for 3 of 4 clips of s1: words of these are not spliced")
    assert len(said) == 4


def read(root: Path) -> tuple[dict[str, Clip], list[str]]:
    said: list[str] = []
    return {clip.name: clip for clip in read_grid(root, said.append)}, said


def aligned(root: Path, text: str | bytes, name: str = "bbaf2n.align") -> tuple[Clip, list[str]]:
    """A clip and what is said of it, beside which an alignment lies that holds `text`."""
    lay(root, "s1/bbaf2n.mpg")
    path = root / "alignments" / "s1" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    clips, said = read(root)
    return clips["s1/bbaf2n"], said


@pytest.mark.parametrize(
    "text",
    [
        ALIGNMENT.replace("sil", "SIL").replace("sp", "SP"),
        ALIGNMENT.replace("sil", "<sil>").replace("sp", "<eps>"),
        ALIGNMENT.replace(" sil", "").replace("sp", "{NS}"),
        "\ufeff" + ALIGNMENT,
        ALIGNMENT.replace("\n", "\r\n"),
        ALIGNMENT.replace("\n", " \t\n").replace(" ", "\t"),
        ALIGNMENT.replace("bin", "BIN(2)"),
        ALIGNMENT.replace(" f\n", " <unk>\n"),
        ALIGNMENT.replace(" f\n", " spn\n"),
        "".join(reversed(ALIGNMENT.splitlines(keepends=True))),
        re.sub(r"\d+", lambda units: str(float(units[0]) / 25000), ALIGNMENT.replace("two", "TWO")),
    ],
)
def test_alignments_as_others_write_them(tmp_path: Path, text: str) -> None:
    clip, said = aligned(tmp_path, text.replace("TWO", "two"))
    assert said == []
    assert [word.text for word in clip.words] == ["bin", "blue", "at", "f", "two", "now"]
    assert (clip.words[0].start, clip.words[-1].end) == pytest.approx((0.4, 1.6))


def test_alignments_in_utf16_and_in_capitals(tmp_path: Path) -> None:
    clip, said = aligned(tmp_path, ALIGNMENT.encode("utf-16"), "BBAF2N.ALIGN")
    assert (len(clip.words), said) == (6, [])


@pytest.mark.parametrize(
    "text, complaint",
    [
        ("", "bbaf2n.align: holds no word"),
        ("0 74500 sil\n", "bbaf2n.align: holds no word"),
        (ALIGNMENT.replace("blue", "red"), "says 'bin red at f two now', the clip's name 'bin b"),
        (ALIGNMENT.replace("35500 40000 now\n", ""), "says 'bin blue at f two', the clip's name"),
        (ALIGNMENT.replace("15000 20000", "12000 20000"), "'blue' begins before 'bin' has ended"),
        (
            re.sub(r"\d+", lambda units: str(float(units[0]) / 1000), ALIGNMENT),
            "give times in 1000ths of a frame",
        ),
        ("\0" + ALIGNMENT, "bbaf2n.align:1: holds a NUL byte"),
        ("0 10 sil\n\n\N{BLACK SQUARE}".encode("utf-16-le"), "bbaf2n.align:"),
    ],
)
def test_word_times_that_are_none_of_the_clip(
    tmp_path: Path, text: str | bytes, complaint: str
) -> None:
    """The clip is used without."""
    clip, (said,) = aligned(tmp_path, text)
    assert (clip.text, clip.words) == ("bin blue at f two now", ())
    assert said.startswith("word times not used, s1/bbaf2n.mpg: ") and complaint in said


def test_a_name_that_says_nothing_is_told_by_its_alignment_alone(tmp_path: Path) -> None:
    lay(tmp_path, "s1/take1.mp4", "s1/align/take1.align", "s1/take2.mp4", "s1/align/take2.align")
    path = tmp_path / "s1" / "align" / "take2.align"
    path.write_text(ALIGNMENT.replace("blue", "<unk>"))
    clips, (said,) = read(tmp_path)
    assert [clip.text for clip in clips.values()] == ["bin blue at f two now"]
    assert said.startswith("not used, s1/take2.mp4: its alignment has a word that the aligner")


STEMS = ("bbaf2n", "bbaf3s", "lgbz1a", "prizzp", "swwa9s", "bbas1s")


def spoken(root: Path, place: str, *stems: str) -> None:
    """Alignments of these clips' own sentences."""
    for stem in stems:
        words = enumerate(sentence(stem).split())
        lines = [f"{5000 * k} {5000 * k + 5000} {word}" for k, word in words]
        (root / place).mkdir(parents=True, exist_ok=True)
        (root / place / f"{stem}.align").write_text("\n".join(lines))


def test_alignments_that_lie_elsewhere_are_told(tmp_path: Path) -> None:
    lay(tmp_path, *(f"s1/{stem}.mpg" for stem in STEMS))
    spoken(tmp_path, "alignments/s3", *STEMS)
    clips, said = read(tmp_path)
    assert not any(clip.words for clip in clips.values())
    assert said == [
        "no alignment for 6 of 6 clips of s1 (those in alignments/s3 are called like them: if they "
        "are theirs, move to alignments/s1): words of these are not spliced, and the word head "
        "does not learn from them",
        "alignments of nobody here, not used: 6 in alignments/s3",
    ]


@pytest.mark.parametrize("place", ["align", "words/s1", "words"])
def test_other_places_of_alignments_are_told(tmp_path: Path, place: str) -> None:
    lay(tmp_path, *(f"s1/{stem}.mpg" for stem in STEMS))
    spoken(tmp_path, place, *STEMS)
    _, said = read(tmp_path)
    assert f"6 of 6 clips of s1 (those in {place} are called like them: if they are" in said[0]


def test_alignments_of_somebody_else_are_not_used(tmp_path: Path) -> None:
    """Not even of a sentence that both have said."""
    lay(tmp_path, *(f"s1/{stem}.mpg" for stem in STEMS))
    spoken(tmp_path, "alignments/s1", STEMS[0], "bbal7s", "bbal8p", "lwik4n", "sbwt5s", "pgbe9a")
    clips, said = read(tmp_path)
    assert not any(clip.words for clip in clips.values())
    assert said[0] == (
        "word times not used: 6 alignments of s1, of which 1 are called like one of the 6 clips: "
        "they are somebody else's"
    )
    assert said[1].startswith("no alignment for 6 of 6 clips of s1: ")


def test_clips_and_alignments_without_the_other_are_counted(tmp_path: Path) -> None:
    lay(tmp_path, *(f"s1/{stem}.mpg" for stem in STEMS))
    spoken(tmp_path, "alignments/s1", *STEMS[:4], "bbal7s", "bbal8p")
    clips, said = read(tmp_path)
    assert sum(bool(clip.words) for clip in clips.values()) == 4
    assert said[0].startswith("no alignment for 2 of 6 clips of s1: ")
    assert said[1] == "alignments without a clip, not used: 2 of s1"


def test_of_two_files_of_one_name_the_other_is_told(tmp_path: Path) -> None:
    lay(tmp_path, "s1/bbaf2n.mp4", "s1/bbaf2n.mpg", "s1/video/bbaf2n.mpg")
    clips, said = read(tmp_path)
    assert clips["s1/bbaf2n"].path.name == "bbaf2n.mp4"
    assert said[:2] == ["not used, s1/bbaf2n.mpg: bbaf2n.mp4 has the same name"] * 2
