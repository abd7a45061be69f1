"""A recording session on a page: what the person is told, and what they answer; and, between
sessions, what they wish to be done with the phrases that are taught."""

import json
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, Final, Literal

from ..mouth.geometry import CropGeometry
from ..recording.session import Answer, Asks, Begins, Counts, Event, Kept, Looks, Taken, Told
from ..system.identity import tidied
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
LAST: Final = ("skip", "stop")
"""What may always be said to a take."""
WISHES: Final = ("add", "remove", "test", "end")
LONGEST: Final = 200
"""Characters of a phrase."""
LOOK: Final = 0.2
"""Seconds between looks at whether somebody wants to end it."""


@dataclass(frozen=True)
class Wish:
    """What somebody wants to be done."""

    do: Literal["add", "remove", "test", "end"]
    text: str = ""
    """The phrase, its spaces made single; for "add" and "remove"."""


class Booth(Followed):
    """Shows the events of a session, and gives it the answers of the page; called in the session's
    thread (see `edge_lip.recording.session`)."""

    hears = True

    def __init__(
        self,
        geometry: CropGeometry,
        period: float = PERIOD,
        patience: float = inf,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> None:
        """`patience`: seconds after which what nobody answers is answered by "stop". `meanwhile` is
        called again and again until then."""
        super().__init__(period)
        self._geometry = geometry
        self._patience, self._meanwhile = patience, meanwhile
        self._state: Message = {
            "type": "session",
            "stage": "wait",
            "number": 0,
            "told": "",
            "problems": [],
            "answers": [],
        }
        self._given: str | Wish | None = None
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
        if not answers:
            return None
        given = self._wait()
        return ANSWERS[given] if isinstance(given, str) else "stop"

    def choose(self, phrases: Sequence[tuple[str, int]], lines: Sequence[str]) -> Wish:
        """Show the phrases and how many takes there are of each, and `lines` of what was done;
        wait for what is to be done now: "end" where nobody can say any more."""
        self._show_choice(phrases, lines, WISHES)
        wish = self._wait()
        return wish if isinstance(wish, Wish) else Wish("end")

    def offer(self, phrases: Sequence[tuple[str, int]], lines: Sequence[str]) -> None:
        """The same, without an end, and without waiting: see `wished`."""
        self._show_choice(phrases, lines, WISHES[:-1])

    def wished(self) -> Wish | None:
        """What somebody has wished since the last `offer`."""
        return self._given if isinstance(self._given, Wish) else None

    def conclude(self, text: str) -> None:
        """Say how it ended."""
        self._put({"stage": "over", "told": text}, ())

    def hear(self, text: str) -> None:
        """An answer as `{"number": 3, "answer": "keep"}`, to the question of that number alone; a
        wish has a `text` as well."""
        try:
            said = json.loads(text)
            number, answer, phrase = said["number"], said["answer"], said.get("text", "")
            phrase = " ".join(phrase.split())
        except (ValueError, KeyError, TypeError, AttributeError):
            return
        with self._news:
            state = self._state
            if number != state["number"] or answer not in state["answers"]:
                return
            if state["stage"] != "choose":
                self._given = answer
            elif (wish := _wish(answer, phrase, state["phrases"])) is not None:
                self._given = wish
            self._news.notify_all()

    def _show_choice(
        self, phrases: Sequence[tuple[str, int]], lines: Sequence[str], wishes: Sequence[str]
    ) -> None:
        self._ready = True  # who asks for a take is ready
        listed = [[text, takes] for text, takes in phrases]
        self._put({"stage": "choose", "phrases": listed, "lines": [*lines]}, wishes)

    def _answers(self, event: Event) -> Sequence[str]:
        """What may be said to it; nothing where it goes on by itself."""
        if isinstance(event, Asks) and not self._ready:
            self._ready = True
            return BEGIN, *LAST
        if not isinstance(event, Taken):
            return ()
        if not event.keepable:
            return "again", *LAST
        # The first is the one that is advised.
        return ("again", "keep", *LAST) if event.problems else ("keep", "again", *LAST)

    def _put(self, told: Message, answers: Sequence[str]) -> None:
        with self._news:
            number = self._state["number"] + 1
            news = {"told": "", "problems": [], **told}
            self._state = {**self._state, **news, "number": number, "answers": [*answers]}
            self._given = None
            self._news.notify_all()

    def _wait(self) -> str | Wish:
        """The answer; "stop" where nobody can give one any more, or does."""
        last = time.monotonic() + self._patience
        while True:
            self._meanwhile()
            with self._news:
                if self._given is None and not self._ended:
                    self._news.wait(LOOK)  # not for ever: Ctrl-C is only noticed in between
                if self._given is not None or self._ended or time.monotonic() > last:
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


def _wish(answer: str, text: str, phrases: Sequence[Sequence[object]]) -> Wish | None:
    """None where it can't be done."""
    if answer == "add":
        text = tidied(text)
        fits = bool(text) and len(text) <= LONGEST and text.isprintable()
        return Wish("add", text) if fits else None
    if answer == "remove":
        return Wish("remove", text) if text in {str(phrase[0]) for phrase in phrases} else None
    return Wish("test") if answer == "test" else Wish("end")


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
