"""Taps until the right sentence is said, counted by hand."""

import pytest
from support.talking import read

from benchmarks.taps import Read, changed


@pytest.mark.parametrize(
    ("said", "choosing", "writing"),
    [
        ("bin blue at", 1, 1),  # it was read right
        ("bin green at", 1, 10),  # among the sentences; written, 3 go and 4 come
        ("bin teal at", 3, 9),  # among the words alone
        ("lay blue at", None, 9),
        ("bin blue", None, 6),
    ],
)
def test_the_fewest_taps(said: str, choosing: int | None, writing: int) -> None:
    others = (("green", 0.2), ("red", 0.1), ("white", 0.05), ("teal", 0.01))
    one = Read(said, read("bin blue at", *others, unsure="blue"))
    assert one.by_choices() == choosing
    assert one.by_writing() == writing


def test_characters_that_go_and_come() -> None:
    assert changed("blue", "green") == 7 and changed("", "abc") == 3 and changed("f", "s") == 2
