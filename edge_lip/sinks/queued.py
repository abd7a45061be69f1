"""An output in a thread of its own: however slow it is, the reader goes on."""

import time
from collections import deque
from collections.abc import Callable
from threading import Condition, Thread
from typing import Protocol, get_args, runtime_checkable

from ..errors import EdgeLipError, SinkError
from ..events import Event, EventKind
from ..system.streams import tell

FLUSH = 0.7
"""Seconds after the last event for those that still wait."""
LEAVE = 0.1
"""Seconds for the thread of an output that has been closed."""
FRESH = 30.0
"""Seconds after which a text is too old to be acted on, unless told otherwise."""
EVERYTHING: frozenset[EventKind] = frozenset(get_args(EventKind))
FINALS: frozenset[EventKind] = frozenset({"final"})
CLOCK: int | None = getattr(time, "CLOCK_BOOTTIME", None)
"""Linux' clock that goes on while the machine sleeps."""


class Output(Protocol):
    """Something outside that takes events, one after the other, each for as long as it needs."""

    name: str
    """In what is told of it."""
    takes: frozenset[EventKind]
    """Events of other kinds it never sees."""
    keep: int
    """So many events may wait for it."""
    expires: float
    """Seconds after which an event that has waited is not delivered any more."""
    acts: bool
    """Whether something happens by it: a text that has to be confirmed comes here only then (see
    `edge_lip.confirmation`)."""

    def deliver(self, event: Event, deadline: float) -> None:
        """Return when `event` has been taken; raises `SinkError` when it can't be, or not before
        `deadline`, a moment of `now`."""

    def close(self) -> None:
        """Let go of everything; may be called while `deliver` waits, which then soon ends."""


@runtime_checkable
class Settling(Protocol):
    """An output that needs a moment before it can take anything."""

    def settles_in(self) -> float:
        """So many seconds, from now on."""


@runtime_checkable
class Remote(Protocol):
    """An output that can be out of reach."""

    trouble: str
    """Why nothing can be delivered now; empty where it can."""


@runtime_checkable
class Linked(Protocol):
    """An output that can tell where the page is."""

    def link(self, page: str) -> None:
        """It is at `page`, an address for browsers."""


def now() -> float:
    """Seconds of a clock that nobody sets, and which goes on while the machine sleeps, if there is
    such a one: what was said before is old afterwards."""
    return time.monotonic() if CLOCK is None else time.clock_gettime(CLOCK)


def too_old(seconds: float) -> SinkError:
    """Nobody took an event for so long."""
    return SinkError(f"what was said more than {seconds:g} s ago is not delivered any more")


class Queued:
    """A sink that never blocks, before an output that may.

    When too many events wait, the oldest partial one is dropped, or else the oldest; so is one that
    has waited for too long. What goes wrong is one line on standard error, the same line only once,
    and never ends the run.
    """

    def __init__(self, output: Output) -> None:
        """Take over `output`."""
        self._output = output
        self.acts = output.acts
        self.failed: Callable[[str], object] = lambda text: None
        """Called with what goes wrong, each time, in the output's thread; and at once with why a
        text has to wait that was given to an output out of reach."""
        self._thread = Thread(target=self._run, name=f"output {output.name}", daemon=True)
        self._deadline: float | None = None
        # What follows belongs to both threads, and is touched only with this held.
        self._changed = Condition()
        self._waiting: deque[tuple[Event, float]] = deque()
        """Events, and when they came."""
        self._ended = False
        self._lost = 0
        self._told: set[str] = set()
        self._thread.start()

    def __call__(self, event: Event) -> None:
        """Put `event` in the queue, where the output takes such."""
        if event.kind not in self._output.takes:
            return
        with self._changed:
            full = len(self._waiting) >= self._output.keep
            if full:
                partials = (n for n, (old, _) in enumerate(self._waiting) if old.kind == "partial")
                del self._waiting[next(partials, 0)]
                self._lost += 1
            self._waiting.append((event, now()))
            self._changed.notify_all()
        if full:
            self._tell_once(f"{self._output.keep} events wait, older ones are dropped")
        if event.kind == "final" and isinstance(self._output, Remote) and self._output.trouble:
            self.failed(f"{self._output.name}: {self._output.trouble}; trying again")

    def end(self) -> None:
        """There are no more events; from now on those that wait have `FLUSH` seconds, and what the
        output needs to settle."""
        output = self._output
        settling = output.settles_in() if isinstance(output, Settling) else 0.0
        self._deadline = time.monotonic() + settling + FLUSH
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def link(self, page: str) -> None:
        """Tell the output where the page is, if it can tell others."""
        if isinstance(self._output, Linked):
            self._output.link(page)

    def close(self) -> None:
        """Close the output when the queue is empty or its time is over; tell what was lost."""
        if self._deadline is None:
            self.end()
        assert self._deadline is not None
        self._thread.join(max(0.0, self._deadline - time.monotonic()))
        with self._changed:
            self._lost += len(self._waiting)
            self._waiting.clear()
        self._output.close()
        self._thread.join(LEAVE)
        if self._lost > len(self._told):
            tell(f"{self._output.name}: {self._lost} events were lost")

    def _run(self) -> None:
        while (waiting := self._next()) is not None:
            event, came = waiting
            deadline = came + self._output.expires
            try:
                if now() > deadline:
                    raise too_old(self._output.expires)
                self._output.deliver(event, deadline)
            except Exception as error:  # whatever it is, reading goes on
                known = isinstance(error, EdgeLipError)
                with self._changed:
                    self._lost += 1
                text = str(error) if known else f"{type(error).__name__}: {error}"
                self._tell_once(text)
                self.failed(f"{self._output.name}: {text}")

    def _next(self) -> tuple[Event, float] | None:
        """What has waited longest, and when it came; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ended)
            return self._waiting.popleft() if self._waiting else None

    def _tell_once(self, text: str) -> None:
        with self._changed:
            known = text in self._told
            self._told.add(text)
        if not known:
            tell(f"{self._output.name}: {text}")
