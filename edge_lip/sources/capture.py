"""A live source in a thread of its own, so that what is read is what happens now."""

import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Protocol, runtime_checkable

from .frame import Closing, Frame, Source
from .health import Notice, Policy, Watch
from .reconnect import lasting

POLL = 0.1
"""Seconds between looks at the clock while nothing comes."""
LEAVE = 0.5
"""Seconds that closing waits for a device. One that hangs for longer is left to its thread, which
closes it when it answers."""


class Capture(Closing):
    """The newest frames of a live source; older ones that nobody had time for are dropped.

    All that may block happens in one thread: the source is read, closed and, where it can be
    opened again, opened again there.
    """

    live = True

    def __init__(
        self,
        source: Source,
        reopen: Callable[[], Source] | None = None,
        policy: Policy | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take over `source`. With `reopen`, one that ends or fails is opened again and again until
        it comes back; without, its end and its errors are those of the capture."""
        self.name = source.name
        self._source = source
        self._reopen = reopen
        self._policy = policy or Policy()
        self._clock = clock
        self._thread = threading.Thread(target=self._run, name=f"capture {self.name}", daemon=True)
        self._closed = threading.Event()
        # What follows belongs to both threads, and is touched only with this held.
        self._changed = threading.Condition()
        self._watch = Watch(self.name, self._policy, clock())
        self._waiting: deque[Frame | Notice] = deque()
        self._dropped = 0
        self._ended = False
        self._error: Exception | None = None

    def __iter__(self) -> Iterator[Frame]:
        """Give the frames; raises `SourceError` when the source fails for good."""
        return (item for item in self.follow() if isinstance(item, Frame))

    def follow(self) -> Iterator[Frame | Notice]:
        """Give the frames and, between them, what happens to the source."""
        self._watch = Watch(self.name, self._policy, self._clock())
        self._thread.start()
        while (item := self._next()) is not None:
            yield item

    def close(self) -> None:
        """End the frames, and close the source as soon as it answers."""
        self._closed.set()
        if self._thread.ident is None:
            self._source.close()
        else:
            self._thread.join(LEAVE)

    def _next(self) -> Frame | Notice | None:
        """What has waited longest, as soon as there is something; None at the end."""
        with self._changed:
            while not self._waiting:
                if self._error and not self._closed.is_set():
                    raise self._error
                if self._ended or self._closed.is_set():
                    return None
                self._waiting.extend(self._watch.idle(self._clock()))
                if not self._waiting:
                    self._changed.wait(POLL)
            item = self._waiting.popleft()
            if isinstance(item, Frame):
                item = replace(item, dropped=item.dropped + self._dropped)
                self._dropped = 0
            return item

    def _run(self) -> None:
        error = None
        try:
            with closing(self._items()) as items:
                for item in items:
                    if self._closed.is_set():
                        break
                    self._take(item)
        except Exception as caught:  # whatever it is, it is for whoever reads
            error = caught
        with self._changed:
            self._ended, self._error = True, error
            self._changed.notify_all()

    def _items(self) -> Generator[Frame | Notice, None, None]:
        if self._reopen:
            return lasting(self._source, self._reopen, self._policy, self._clock, self._closed.wait)
        return _whole(self._source)

    def _take(self, item: Frame | Notice) -> None:
        now = self._clock()
        with self._changed:
            if isinstance(item, Notice):
                self._watch.lost()
            else:
                self._waiting.extend(self._watch.frame(item.image, now, item.dropped))
                self._drop()
            self._waiting.append(item)
            self._changed.notify_all()

    def _drop(self) -> None:
        """Make room for a frame."""
        frames = [
            (place, item) for place, item in enumerate(self._waiting) if isinstance(item, Frame)
        ]
        if len(frames) >= self._policy.keep:
            place, oldest = frames[0]
            del self._waiting[place]
            self._dropped += 1 + oldest.dropped


def _whole(source: Source) -> Generator[Frame, None, None]:
    with closing(source):
        yield from source


@runtime_checkable
class Telling(Protocol):
    """A source that also tells what happens to it."""

    def follow(self) -> Iterator[Frame | Notice]:
        """Give the frames and, between them, what happens to the source."""


def follow(source: Source) -> Iterator[Frame | Notice]:
    """The frames of `source` and, between them, what happens to it if it tells."""
    return source.follow() if isinstance(source, Telling) else iter(source)
