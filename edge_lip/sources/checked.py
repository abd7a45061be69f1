"""What can be wrong with the pictures of a recording although each of them can be read."""

import logging
from collections.abc import Iterable, Iterator
from itertools import chain, islice

import numpy as np

from ..errors import SourceError
from .frame import Frame
from .health import blank, same

FIRST = 5
"""The rate is that of so many frames."""
SLOWEST = 2.0
"""Frames a second, of which lips are not read at all: too much is said from one to the next."""
STILL = 1.0
"""Seconds with the same picture that are worth a word."""
COVERED = "the camera was covered or hung, or there was no signal"

_log = logging.getLogger(__name__)


def checked(frames: Iterable[Frame], name: str, why: str = COVERED) -> Iterator[Frame]:
    """Give the frames of the recording `name`; `why` is said of one that stands still.

    Raises `SourceError` before the first frame where there are too few a second, and after the last
    where all of them have shown the same.
    """
    coming = iter(frames)
    begin = list(islice(coming, FIRST))
    _check_rate(begin, name)
    count, last, since = 0, None, 0.0
    moved = told = False
    for frame in chain(begin, coming):
        count += 1
        if last is None:
            since = frame.time
        elif not same(last.image, frame.image):
            if last.time - since >= STILL and not told:
                _log.warning("%s stands still from %.1f to %.1f s: %s", name, since, last.time, why)
                told = True
            since, moved = frame.time, True
        last = frame
        yield frame
    if last is None or count == 1:
        return
    if not moved:
        what = "nothing but one colour" if blank(last.image) else "one and the same picture"
        raise SourceError(f"{name} shows {what} in all of its {count} frames: {why}")
    if last.time - since >= STILL and not told:
        _log.warning("%s stands still from %.1f s on: %s", name, since, why)


def _check_rate(begin: list[Frame], name: str) -> None:
    if len(begin) < 2:
        return
    times = [frame.time for frame in begin]
    rate = 1 / float(np.median(np.diff(times)))
    if rate < SLOWEST:
        raise SourceError(
            f"{name} has {rate:.2g} frames a second: lips can't be read from so few, record 25"
        )
