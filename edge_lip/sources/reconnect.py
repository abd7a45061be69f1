"""A live source that outlasts being unplugged."""

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import replace

from ..errors import SourceError
from .frame import Frame, Source
from .health import Notice, Policy

STEP = 0.001
"""Seconds by which time grows at least from what was before a loss to what is after it."""


def lasting(
    source: Source,
    reopen: Callable[[], Source],
    policy: Policy,
    clock: Callable[[], float],
    wait: Callable[[float], bool],
) -> Generator[Frame | Notice, None, None]:
    """Give the frames of `source` and, whenever it ends, of what `reopen` makes of it again.

    Close the generator: that closes the source. The time of frames after a loss goes on by `clock`,
    seconds that never jump. `wait` lets so many seconds pass and says whether to give up.
    """
    began: float | None = None
    last = 0.0
    pause, told = policy.retry, False
    while True:
        shift = None
        try:
            with closing(source):
                for frame in source:
                    now = clock()
                    if began is None:
                        began, shift = now - frame.time, 0.0
                    elif shift is None:
                        shift = max(now - began, last + STEP) - frame.time
                    last = frame.time + shift
                    pause, told = policy.retry, False
                    yield replace(frame, time=last)
            reason = f"{source.name} has ended"
        except SourceError as error:
            reason = str(error)
        if not told:
            told = True
            yield Notice(f"{reason}; trying again until it comes back")
        while True:
            if wait(pause):
                return
            pause = min(2 * pause, policy.slowest)
            try:
                source = reopen()
                break
            except SourceError:
                continue  # what is wrong has been told
