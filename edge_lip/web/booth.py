"""A recording session on a page: what the person is told, and what they answer."""

import json
from collections.abc import Generator, Sequence
from typing import Any, Final

from ..mouth.geometry import CropGeometry
from ..recording.session import Answer, Asks, Begins, Counts, Event, Kept, Looks, Taken, Told
from .followed import PERIOD, Followed, Message
from .messages import picture_message

BEGIN: Final = "begin"
ANSWERS: Final[dict[str, Answer | None]] = {
    BEGIN: None,
    "keep": "keep",
    "again": "again",
    "skip": "skip",
    "stop": "stop",
}
"""What a page may say, and what it means to a session."""
LOOK: Final = 0.2
"""Seconds between looks at whether somebody wants to end it."""


class Booth(Followed):
    """Shows the events of a session, and gives it the answers of the page; called in the session's
    thread (see `edge_lip.recording.session`)."""

    hears = True

    def __init__(self, geometry: CropGeometry, period: float = PERIOD) -> None:
        super().__init__(period)
        self._geometry = geometry
        self._state: Message = {
            "type": "session",
            "stage": "wait",
            "number": 0,
            "told": "",
            "problems": [],
            "answers": [],
        }
        self._given: str | None = None
        self._latest: Looks | None = None
        self._ready = False

    def __call__(self, event: Event) -> Answer | None:
        """Show `event`, and wait for the answer where it wants one."""
        if isinstance(event, Looks):
            if self._followers:
                self._latest = event
            return None
        answers = self._answers(event)
        self._put(_told(event), answers)
        return ANSWERS[self._wait()] if answers else None

    def conclude(self, text: str) -> None:
        """Say how it ended."""
        self._put({"stage": "over", "told": text}, ())

    def hear(self, text: str) -> None:
        """An answer as `{"number": 3, "answer": "keep"}`, to the question of that number alone."""
        try:
            said = json.loads(text)
            number, answer = said["number"], said["answer"]
        except (ValueError, KeyError, TypeError):
            return
        with self._news:
            if number == self._state["number"] and answer in self._state["answers"]:
                self._given = answer
                self._news.notify_all()

    def _answers(self, event: Event) -> Sequence[str]:
        """What may be said to it; nothing where it goes on by itself."""
        if isinstance(event, Asks) and not self._ready:
            self._ready = True
            return BEGIN, "skip", "stop"
        if not isinstance(event, Taken):
            return ()
        if not event.keepable:
            return "again", "skip", "stop"
        # The first is the one that is advised.
        return ("again", "keep", *LAST) if event.problems else ("keep", "again", *LAST)

    def _put(self, told: Message, answers: Sequence[str]) -> None:
        with self._news:
            number = self._state["number"] + 1
            news = {"told": "", "problems": [], **told}
            self._state = {**self._state, **news, "number": number, "answers": [*answers]}
            self._given = None
            self._news.notify_all()

    def _wait(self) -> str:
        """The answer; "stop" where nobody can give one any more."""
        with self._news:
            while self._given is None and not self._ended:
                self._news.wait(LOOK)  # not for ever: Ctrl-C is only noticed in between
            return self._given or "stop"

    def _messages(self) -> Generator[Message, None, None]:
        number, shown = -1, None
        while True:
            with self._news:
                self._news.wait_for(
                    lambda: self._ended or self._state["number"] > number,  # noqa: B023 (at once)
                    self._period,
                )
                ended, state = self._ended, self._state
            if state["number"] > number:
                number = state["number"]
                yield state
            latest = self._latest
            if latest is not None and latest is not shown:
                shown, seen = latest, latest.seen
                yield picture_message(
                    latest.frame, seen.crop, seen.speed, seen.speaking, self._geometry
                )
            if ended:
                return

    def _forget(self) -> None:
        self._latest = None


LAST: Final = ("skip", "stop")


def _told(event: Event) -> dict[str, Any]:
    """What the page is told of an event."""
    if isinstance(event, Asks):
        return {
            "stage": "asks",
            "asked": event.wanted.asked,
            "nothing": event.wanted.nothing,
            "place": event.total - event.left + 1,
            "total": event.total,
        }
    if isinstance(event, Counts):
        return {"stage": "counts", "seconds": event.seconds}
    if isinstance(event, Begins):
        return {"stage": "speak"}
    if isinstance(event, Taken):
        return {
            "stage": "taken",
            "seconds": round(event.take.seconds, 1),
            "problems": [*event.problems],
        }
    if isinstance(event, Kept):
        return {"stage": "kept", "told": event.name, "left": event.left}
    assert isinstance(event, Told)
    return {"told": event.text}
