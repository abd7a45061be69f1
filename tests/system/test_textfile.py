"""Text files as editors of all systems save them."""

from pathlib import Path

import pytest

from edge_lip.errors import DataError, UsageError
from edge_lip.system.textfile import read_lines, read_text, read_toml

TEXT = "bin\n\nlay ü\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_one_text_however_it_is_written(tmp_path: Path, encoding: str, end: str) -> None:
    path = tmp_path / "labels.txt"
    path.write_bytes(TEXT.replace("\n", end).encode(encoding))
    assert read_text(path, DataError) == TEXT
    assert read_lines(path, DataError) == ["bin", "", "lay ü"]


def test_both_ends_of_utf16(tmp_path: Path) -> None:
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        (tmp_path / "a").write_bytes(mark + TEXT.encode(encoding))
        assert read_text(tmp_path / "a", DataError) == TEXT


def test_no_line_and_lines_that_other_characters_do_not_end(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    assert read_lines(tmp_path / "a", DataError) == []
    (tmp_path / "a").write_bytes("a\u2028b\x0bc\x85d".encode())
    assert read_lines(tmp_path / "a", DataError) == ["a\u2028b\x0bc\x85d"]


@pytest.mark.parametrize(
    "content, told",
    [
        (b"bin\r\nl\xf8y\n", ":2: not UTF-8 text: save it as UTF-8"),
        ("bin\nlay\n".encode("utf-16-le"), ":1: holds a NUL byte"),
        (b"bin\nlay\0\n", ":2: holds a NUL byte"),
        (b"\xff\xfea", ":1: not UTF-8 text"),
    ],
)
def test_what_is_no_text_is_named_with_its_line(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(DataError, match="a.txt" + told):
        read_text(tmp_path / "a.txt", DataError)


def test_what_can_not_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can't read .*a.toml: No such file"):
        read_toml(tmp_path / "a.toml", UsageError)


def test_toml_with_a_mark(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes("\ufeff[run]\r\nfps = 25\r\n".encode())
    assert read_toml(tmp_path / "a.toml", UsageError) == {"run": {"fps": 25}}
    (tmp_path / "a.toml").write_text("[run]\nfps =\n")
    with pytest.raises(UsageError, match=r"a.toml is not a TOML file: .*line 2"):
        read_toml(tmp_path / "a.toml", UsageError)
