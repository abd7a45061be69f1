"""Folders of labelled clips, and tables, as people have them."""

import shutil
from pathlib import Path

import pytest

from edge_lip.errors import DataError
from training.data.clip import Clip
from training.data.datasets.folder import read_folder


def lay(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return root


def read(root: Path) -> tuple[dict[str, Clip], list[str]]:
    said: list[str] = []
    clips = read_folder(root, said.append)
    assert len({clip.name for clip in clips}) == len(clips)
    return {clip.name: clip for clip in clips}, said


def rows(root: Path, *lines: str) -> Path:
    (root / "labels.csv").write_text("\n".join(lines))
    return root


def test_a_folder_per_label(tmp_path: Path) -> None:
    lay(tmp_path, "clips/yes/a.mp4", "clips/excuse me/01.MOV", "clips/yes/.a.mp4", "notes.txt")
    clips, said = read(tmp_path)
    assert {name: clip.text for name, clip in clips.items()} == {
        "excuse me/01": "excuse me",
        "yes/a": "yes",
    }
    assert clips["yes/a"].path == tmp_path / "clips/yes/a.mp4"
    assert (clips["yes/a"].speaker, clips["yes/a"].take, clips["yes/a"].words) == ("", "a", ())
    assert said == []
    assert read(tmp_path / "clips")[0] == clips


def test_a_clip_may_be_a_folder_of_pictures(tmp_path: Path) -> None:
    lay(tmp_path, "clips/yes/01/a.png", "clips/yes/02/color_001.JPG", "clips/yes/03/a.txt")
    clips, said = read(tmp_path)
    assert {name: clip.take for name, clip in clips.items()} == {"yes/01": "01", "yes/02": "02"}
    assert said == ["yes/03 is a folder without pictures: skipped"]


def test_an_empty_label_is_told(tmp_path: Path) -> None:
    lay(tmp_path, "clips/yes/a.mp4", "clips/no/readme.txt")
    clips, said = read(tmp_path)
    assert list(clips) == ["yes/a"]
    assert said[0] == "label 'no' has no clip: skipped"
    assert said[1].startswith("not used, no clip by the suffix (") and "no/readme.txt" in said[1]


def test_names_that_would_be_the_same(tmp_path: Path) -> None:
    lay(tmp_path, "clips/yes/a.mp4", "clips/yes/a.avi", "clips/yes/a/1.png", "clips/no/a.mp4")
    lay(tmp_path, "clips/no/b.mp4", "clips/no/b.avi", "clips/no/b.avi.mkv")
    assert sorted(read(tmp_path)[0]) == [
        "no/a",
        "no/b.avi",
        "no/b.avi.mkv",
        "no/b.mp4",
        "yes/a",
        "yes/a.avi",
        "yes/a.mp4",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "clip,label,speaker,take\nv/a.mp4,Excuse me,ann,2\nb.mp4,Web,,\n",
        "\ufeffclip;label;speaker;take\r\nv/a.mp4;Excuse me;ann;2\r\nb.mp4;Web;;\r\n",
        "Speaker\tTake\tCLIP\tLabel\tnote\nann\t2\tv/a.mp4\tExcuse me\n\n\t\tb.mp4\tWeb\t?\n",
        'speaker,clip,label,take\nann,"v/a.mp4","Excuse me", 2\n,b.mp4 ,"Web"\n',
    ],
)
def test_tables(tmp_path: Path, text: str) -> None:
    lay(tmp_path, "v/a.mp4", "b.mp4", "clips/yes/ignored.mp4")
    (tmp_path / "labels.csv").write_bytes(text.encode())
    clips, said = read(tmp_path)
    assert said == ["clips/ has clips of which labels.csv has no usable row, not used: 1"]
    assert [(c.name, c.text, c.speaker, c.take) for c in clips.values()] == [
        ("b", "Web", "", ""),
        ("v/a", "Excuse me", "ann", "2"),
    ]


def test_sentences(tmp_path: Path) -> None:
    lay(tmp_path, "a.mp4", "b.mp4")
    clips, _ = read(rows(tmp_path, "clip,sentence", "a.mp4,Bin  blue at f", 'b.mp4,"lay green"'))
    assert [clip.text for clip in clips.values()] == ["bin blue at f", "lay green"]


def test_clips_elsewhere_have_names_within(tmp_path: Path) -> None:
    lay(tmp_path, "videos/a.mp4", "set/a.mp4")
    other = tmp_path / "videos" / "a.mp4"
    clips, _ = read(rows(tmp_path / "set", "clip,label", "../videos/a.mp4,yes", "./x/../a.mp4,no"))
    assert set(clips) == {"a", str(other.with_suffix("")).lstrip("/")}
    assert clips["a"].path == tmp_path / "set" / "a.mp4"


def test_rows_that_cannot_be_used(tmp_path: Path) -> None:
    lay(tmp_path, "a.mp4", "b.mp4", "c.mp4")
    clips, said = read(
        rows(
            tmp_path,
            "clip,label",
            "a.mp4,yes",
            "gone.mp4,yes",
            "b.mp4,",
            ",yes",
            "a.mp4,yes",
            "c.mp4,yes",
            "./c.mp4,no",
            "c.mp4,yes",
        )
    )
    assert list(clips) == ["a"]
    assert said == [
        "labels.csv:3: gone.mp4 does not exist: skipped",
        "labels.csv:4: b.mp4 has no label: skipped",
        "labels.csv:5: names no clip: skipped",
        "labels.csv:6: a.mp4 is listed twice: counted once",
        "labels.csv:8: ./c.mp4 is both 'yes' and 'no': skipped",
        "labels.csv:9: c.mp4 is listed twice: counted once",
    ]


@pytest.mark.parametrize(
    "content, complaint",
    [
        (b"", "columns clip and label"),
        (b"clip,text\na.mp4,yes\n", "columns clip and label"),
        (b"a.mp4,yes\n", "columns clip and label"),
        (b"clip,label\n", "lists none"),
        (b"clip,label\ngone.mp4,yes\n", "lists none"),
        (b"clip,label\na.mp4,sm\xf8r\n", "not UTF-8"),
        (b"clip,label\na.mp4," + b"y" * 200_000, "can't be read as a table"),
    ],
)
def test_tables_of_no_use(tmp_path: Path, content: bytes, complaint: str) -> None:
    lay(tmp_path, "a.mp4")
    (tmp_path / "labels.csv").write_bytes(content)
    with pytest.raises(DataError, match=complaint) as caught:
        read(tmp_path)
    assert "\n" not in str(caught.value)


def test_folders_without_clips(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not a folder"):
        read(tmp_path / "missing")
    with pytest.raises(DataError, match=r"no labelled clips .*clips/<label>/\*\.mp4"):
        read(lay(tmp_path, "clips/yes/readme.txt"))


@pytest.mark.parametrize(
    "name",
    [
        "clips\\go\\01.mp4",
        ".\\clips\\go\\01.mp4",
        "clips/go/01",
        "Clips\\Go\\01.MP4",
        "clips/../clips\\go\\01",
    ],
)
def test_clips_as_other_systems_name_them(tmp_path: Path, name: str) -> None:
    lay(tmp_path, "clips/go/01.mp4", "clips/go/01.txt")
    clips, said = read(rows(tmp_path, "clip,label", f"{name},go"))
    assert (list(clips), said) == (["clips/go/01"], [])


@pytest.mark.parametrize(
    "name",
    ["clips/go/1", "C:\\clips\\go\\01.mp4", "\\clips\\go\\01.mp4", "clips/go/02", "clips/*/01"],
)
def test_names_that_could_be_several_clips_or_none(tmp_path: Path, name: str) -> None:
    lay(tmp_path, "a.mp4", "clips/go/01.mp4", "clips/go/02.mp4", "clips/go/02.avi")
    unlisted = "clips/ has clips of which labels.csv has no usable row, not used: 3"
    clips, said = read(rows(tmp_path, "clip,label", f"{name},go", "a.mp4,go"))
    assert list(clips) == ["a"]
    assert said == [f"labels.csv:2: {name} does not exist: skipped", unlisted]


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffClip;Label\r\na.mp4;go\r\n".encode(),
        "clip\tlabel\r\na.mp4\tgo\r\n".encode("utf-16"),
        b'sep=;\r\n"clip";"label"\r\n"a.mp4"; "go"\r\n;\r\n',
        "clip,label,\na.mp4,\u200bgo\u00a0,\n".encode(),
    ],
)
def test_tables_as_spreadsheets_save_them(tmp_path: Path, content: bytes) -> None:
    lay(tmp_path, "a.mp4")
    (tmp_path / "labels.csv").write_bytes(content)
    clips, said = read(tmp_path)
    assert ([clip.text for clip in clips.values()], said) == (["go"], [])


def test_a_text_with_commas_is_not_cut_off(tmp_path: Path) -> None:
    lay(tmp_path, "a.mp4", "b.mp4")
    clips, said = read(rows(tmp_path, "clip,label", "a.mp4,No, thanks", 'b.mp4,"No, thanks"'))
    assert {name: clip.text for name, clip in clips.items()} == {"b": "No, thanks"}
    assert said == [
        "labels.csv:2: a.mp4 has more fields than there are columns: skipped; quote its text"
    ]


def test_a_quote_that_does_not_end_is_named_with_its_line(tmp_path: Path) -> None:
    lay(tmp_path, "a.mp4", "b.mp4")
    with pytest.raises(DataError, match=r"labels.csv can't be read as a table, from line 3 on"):
        read(rows(tmp_path, "clip,label", "a.mp4,yes", 'b.mp4,"no'))


def test_one_label_however_it_is_written(tmp_path: Path) -> None:
    lay(tmp_path, "clips/caf\u00e9/a.mp4", "clips/cafe\u0301/b.mp4", "clips/ caf\u00e9\u200b/c.mp4")
    clips, said = read(tmp_path)
    assert len(clips) == 3 and {clip.text for clip in clips.values()} == {"caf\u00e9"}
    shutil.rmtree(tmp_path / "clips")
    lay(tmp_path, "d.mp4", "e.mp4")
    clips, said = read(
        rows(tmp_path, "clip,sentence", "d.mp4,don\u2019t go", "e.mp4,Don't\u00a0go")
    )
    assert {clip.text for clip in clips.values()} == {"don't go"} and said == []


def test_clips_of_no_label_are_told(tmp_path: Path) -> None:
    lay(tmp_path, "clips/go/a.mp4", "clips/b.mp4", "clips/c.MOV")
    clips, said = read(tmp_path)
    assert (list(clips), said) == (
        ["go/a"],
        ["not used, in no folder of a label: b.mp4 and 1 more"],
    )


def test_files_of_another_suffix_are_counted(tmp_path: Path) -> None:
    lay(tmp_path, "clips/go/a.mp4", "clips/go/b.rm", "clips/stop/a.MP4", "clips/stop/c.asf")
    clips, (said,) = read(tmp_path)
    assert sorted(clips) == ["go/a", "stop/a"]
    assert said.startswith("not used, no clip by the suffix (.mp4 ")
    assert said.endswith("): go/b.rm and 1 more")
