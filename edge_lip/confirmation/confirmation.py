"""Holds a text back until somebody says yes, for a reader, its outputs and all who may answer."""

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Condition
from typing import Literal

from ..events import Event
from .policy import NEVER, Policy

GLANCE = 0.5
"""Seconds that a text has to stand before a button that does not say which text it means can
confirm it: whoever presses in that moment has seen another one, or none."""
FIRST = 2**40
"""Numbers that JavaScript still tells apart."""
HIDDEN = "…"
"""In the place of a partial text that is not confirmed yet."""
LOOK = 0.2
"""Seconds between looks at the clock while somebody waits for the answer."""

Answer = Literal["yes", "no"]


@dataclass(frozen=True)
class Asked:
    """A text waits for an answer."""

    number: int
    """Of the question; the next one's is one more."""
    event: Event
    """The `final` one."""
    since: float
    """Of the confirmation's clock."""


@dataclass(frozen=True)
class Settled:
    """It waits no more."""

    number: int
    how: Literal["yes", "no", "late", "replaced"]
    """`late`: nobody has answered; `replaced`: something else was read meanwhile."""


@dataclass(frozen=True)
class Said:
    """What acts was given a text."""

    event: Event


@dataclass(frozen=True)
class Rung:
    """Somebody calls by the bell."""


Step = Asked | Settled | Said | Rung


class Confirmation:
    """A sink between a reader and what acts on its texts (speech, keyboard, programs, brokers).

    Whatever is to be confirmed comes there as `waiting`, without its text, and then as `final`, or
    as `rejected` where the answer is no or there is none; partial texts come as `HIDDEN`. What
    needs no confirming comes as it is. Any thread may answer; watchers are called in turn, in the
    thread that makes the step, and return at once.

    There is no thread of its own: whoever looks on calls `check`, which is cheap, often. An answer
    that comes too late counts for nothing, whether anybody has checked or not.
    """

    def __init__(
        self,
        outputs: Sequence[Callable[[Event], None]] = (),
        policy: Policy = NEVER,
        clock: Callable[[], float] = time.monotonic,
        first: int | None = None,
    ) -> None:
        """`first`: the number of the first question; by chance unless told otherwise, so that what
        a page answers that was shown the questions of an earlier run counts for nothing."""
        self.outputs = [*outputs]
        """What acts."""
        self.policy = policy
        self.watchers: list[Callable[[Step], None]] = []
        """Called with each step."""
        self._clock = clock
        self._changed = Condition()
        """Guards all that follows; its lock may be taken again by watchers."""
        self._asked: Asked | None = None
        self._next = secrets.randbelow(FIRST) if first is None else first
        self._stirred = 0.0
        """When the question came, or somebody last looked into it."""
        self._moved = 0.0
        """The same, or when lips were last seen to speak."""

    def __call__(self, event: Event) -> None:
        """Take what the reader tells."""
        with self._changed:
            self.check()
            if event.kind == "partial":
                self._moved = self._clock()
                self._act(event if self.policy.when == "never" else _hidden(event))
            elif event.kind != "final" or not event.text:
                self._act(event)
            else:
                self._settle("replaced")
                if self.policy.asks(event.confidence):
                    self._ask(event)
                else:
                    self._say(event)

    @property
    def waiting(self) -> Asked | None:
        """What waits for an answer now."""
        with self._changed:
            self.check()
            return self._asked

    def answer(self, answer: Answer, number: int | None = None, text: str | None = None) -> bool:
        """Answer question `number`, and whether that counts: it has to be the one that waits. None,
        of a button: whatever waits, unless it has come only just now. `text`: what is right, where
        that is another one."""
        with self._changed:
            self.check()
            asked = self._asked
            if asked is None or number not in (None, asked.number):
                return False
            if number is None and self._clock() - asked.since < GLANCE:
                return False
            self._settle(answer)
            if answer == "yes":
                changed = text is not None and text != asked.event.text
                self._say(_chosen(asked.event, text or "") if changed else asked.event)
            return True

    def stay(self, number: int) -> None:
        """Somebody looks into question `number`: the time for an answer begins anew."""
        with self._changed:
            self.check()
            if self._asked is not None and self._asked.number == number:
                self._stirred = self._moved = self._clock()

    def say(self, text: str) -> None:
        """Give a text that somebody chose to what acts; what waits goes on to wait."""
        with self._changed:
            self._say(_chosen(Event("final"), text))

    def ring(self) -> None:
        """Call somebody."""
        with self._changed:
            self._act(Event("bell"))
            self._tell(Rung())

    def check(self) -> None:
        """See whether the time for an answer is over, or silence is one."""
        with self._changed:
            asked, silence, now = self._asked, self.policy.silence, self._clock()
            if asked is None:
                return
            if now - self._stirred >= self.policy.within:
                self._settle("late")
            elif silence is not None and now - self._moved >= silence:
                self._settle("yes")
                self._say(asked.event)

    def wait(self) -> None:
        """Return when nothing waits for an answer any more."""
        with self._changed:
            while self.waiting is not None:
                self._changed.wait(LOOK)  # not for ever: Ctrl-C is only noticed in between

    def close(self) -> None:
        """Nobody can answer any more: what waits is not said."""
        with self._changed:
            self._settle("late")

    def _act(self, event: Event) -> None:
        for output in self.outputs:
            output(event)

    def _ask(self, event: Event) -> None:
        self._stirred = self._moved = self._clock()
        self._asked = Asked(self._next, event, self._stirred)
        self._next += 1
        self._act(replace(_without_text(event), kind="waiting"))
        self._tell(self._asked)

    def _settle(self, how: Literal["yes", "no", "late", "replaced"]) -> None:
        asked, self._asked = self._asked, None
        if asked is None:
            return
        if how != "yes":
            self._act(replace(_without_text(asked.event), kind="rejected"))
        self._tell(Settled(asked.number, how))
        self._changed.notify_all()

    def _say(self, event: Event) -> None:
        self._act(event)
        self._tell(Said(event))

    def _tell(self, step: Step) -> None:
        for watch in self.watchers:
            watch(step)


def _hidden(event: Event) -> Event:
    """That somebody speaks may be told; not yet what they say."""
    return replace(_without_text(event), text=HIDDEN if event.text else "")


def _without_text(event: Event) -> Event:
    return replace(event, text="", words=(), choices=())


def _chosen(event: Event, text: str) -> Event:
    """What a person chose is sure, and of its words nobody knows when they were said."""
    return replace(event, text=text, confidence=1.0, words=(), choices=())
