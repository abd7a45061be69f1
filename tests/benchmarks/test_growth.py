"""`python -m benchmarks growth`: cameras, pictures, lengths and lists, with the talker's model."""

import pytest

from benchmarks.__main__ import main


def test_everything_that_grows_has_its_row(
    face_models: object, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["growth", "--model", "talker", "--source", "talker:bin?size=160x120"]
    call += ["--cameras", "2", "1", "--heights", "120", "180"]
    call += ["--seconds", "0.5", "12", "--names", "2", "50"]
    assert main(call) == 0
    parts = capsys.readouterr().out.split("\n\n")
    cameras, sizes, lengths, lists = (
        [line.split() for line in part.splitlines()[1:]] for part in parts
    )
    assert [row[0] for row in cameras] == ["1", "2"]
    assert [row[-1] for row in cameras] == ["yes", "yes"]
    assert [row[:2] for row in sizes] == [["120", "160"], ["180", "240"]]
    assert [row[0] for row in (*lengths, *lists)] == ["0.5", "12", "2", "50"]
    assert all(float(cell) >= 0 for row in (*sizes, *lengths, *lists) for cell in row)
    # What arrays take is the same every time, other than time.
    assert float(lengths[1][4]) > float(lengths[0][4])
    assert float(lists[1][2]) >= float(lists[0][2])
