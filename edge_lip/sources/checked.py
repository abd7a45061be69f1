"""What can be wrong with the pictures of a recording although each of them can be read."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from statistics import median

import numpy as np

from ..errors import SourceError
from .frame import Frame
from .health import blank

FIRST = 5
"""The rate is that of so many frames."""
SLOWEST = 2.0
"""Frames a second, of which lips are not read at all: too much is said from one to the next."""
COVERED = "the camera was covered or hung, or there was no signal"


def checked(frames: Iterable[Frame], name: str, why: str = COVERED) -> Iterator[Frame]:
    """Give the frames of the recording `name`; `why` is said of one that shows but one picture.

    Raises `SourceError` before the first frame where there are too few a second, and after the last
    where all of them have shown the same.
    """
    coming = iter(frames)
    begin = list(islice(coming, FIRST))
    _check_rate(begin, name)
    count, first, same = 0, None, True
    for frame in chain(begin, coming):
        count += 1
        if first is None:
            first = frame.image
        elif same:
            same = np.array_equal(first, frame.image)
        yield frame
    if first is not None and same and count > 1:
        what = "nothing but one colour" if blank(first) else "one and the same picture"
        raise SourceError(f"{name} shows {what} in all of its {count} frames: {why}")


def _check_rate(begin: list[Frame], name: str) -> None:
    if len(begin) < 2:
        return
    times = [frame.time for frame in begin]
    rate = 1 / median(after - before for before, after in zip(times, times[1:], strict=False))
    if rate < SLOWEST:
        raise SourceError(
            f"{name} has {rate:.2g} frames a second: lips can't be read from so few, record 25"
        )
