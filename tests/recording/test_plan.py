"""The file of phrases, and what is still to be recorded."""

from pathlib import Path

import pytest

from edge_lip.errors import DataError
from edge_lip.recording.plan import NOTHING, NOTHINGS, missing, read_phrases


def test_phrases_are_lines(tmp_path: Path) -> None:
    path = tmp_path / "phrases.txt"
    path.write_bytes(
        "\ufeff# mine\r\n\r\n  I need   water \ni NEED water\nno\x1b[2J\nNothing\n"
        "cafe\u0301\u200b\n".encode()
    )
    told: list[str] = []
    assert read_phrases(path, told.append) == ["I need water", "café"]
    assert [line.split(":")[1] for line in told] == ["4", "5", "6"]
    assert "twice" in told[0] and "can't be shown" in told[1] and "--nothing" in told[2]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "can't read"),
        (b"", "no phrase"),
        (b"# none\n\n", "no phrase"),
        (b"\xff\xf0", "UTF-8"),
    ],
)
def test_a_file_without_phrases_is_told(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "phrases.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=says):
        read_phrases(path, print)


def test_what_is_missing_is_asked_for_round_by_round() -> None:
    wanted = missing(["yes", "no"], 3, 8, {"yes": 2, NOTHING: 6})
    assert [(one.phrase, one.number) for one in wanted] == [
        ("no", 1),
        ("no", 2),
        ("yes", 3),
        ("no", 3),
        (NOTHING, 7),
        (NOTHING, 8),
    ]
    assert [one.asked for one in wanted if one.nothing] == list(NOTHINGS[:2])
    assert missing(["yes"], 1, 0, {"yes": 5}) == []
