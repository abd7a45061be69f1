"""Numbers on a command line by which something has to be measured."""

from argparse import ArgumentTypeError


def at_least_one(text: str) -> int:
    """An integer of 1 or more."""
    number = int(text)
    if number < 1:
        raise ArgumentTypeError(f"has to be 1 or more, not {number}")
    return number


def above_zero(text: str) -> float:
    """A number above 0."""
    number = float(text)
    if not number > 0:
        raise ArgumentTypeError(f"has to be more than 0, not {number:g}")
    return number
