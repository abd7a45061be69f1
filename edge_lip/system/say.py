"""How what is odd about the input is told: a line at a time, to whoever asked for the work."""

from collections.abc import Callable

Say = Callable[[str], object]
"""Takes a line."""


def ignore(line: str) -> None:
    """A `Say` for those who don't want to know."""
