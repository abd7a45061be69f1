"""`python -m benchmarks growth`: lengths and lists, with the talker's model."""

import pytest

from benchmarks.__main__ import main


def test_every_length_and_every_list_has_its_row(capsys: pytest.CaptureFixture[str]) -> None:
    call = ["growth", "--model", "talker", "--seconds", "0.5", "12", "--names", "2", "50"]
    assert main(call) == 0
    lengths, lists = capsys.readouterr().out.split("\n\n")
    rows = [line.split() for line in (*lengths.splitlines()[1:], *lists.splitlines()[1:])]
    assert [row[0] for row in rows] == ["0.5", "12", "2", "50"]
    assert all(float(cell) >= 0 for row in rows for cell in row)
    # What arrays take is the same every time, other than time.
    assert float(rows[1][4]) > float(rows[0][4])
    assert float(rows[3][2]) >= float(rows[2][2])
