"""Being asked to stop, as systemd and `kill` do it."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

TERMINATED = 128 + signal.SIGTERM
"""The exit code of a program that a SIGTERM has ended, as shells count it: 143."""


@contextmanager
def leaving_on_sigterm() -> Iterator[None]:
    """Meanwhile SIGTERM is an exception, `SystemExit`, as Ctrl-C is one: everything is closed on
    the way out. In a thread other than the main one, which gets no signals, nothing changes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(TERMINATED)
