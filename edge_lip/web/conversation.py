"""What is on the page of a person who speaks by it: what is read, what waits for a yes, what was
said, and phrases of one's own."""

import json
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from ..confirmation.choices import other_texts
from ..confirmation.confirmation import Asked, Confirmation, Rung, Said, Settled, Step
from ..errors import EdgeLipError
from ..events import Event, SpokenWord
from ..system.streams import tell
from .followed import Followed, Message
from .own_phrases import OwnPhrases, phrase_of

PULSE = 1.0
"""Seconds without news after which a page is told that edge-lip is there."""
KEPT = 50
"""So much of what was said is kept, in memory alone."""
TEXTS = 3
"""Other sentences that are offered."""
UNSURE = 0.8
"""A word that is less confident than this is marked."""


@dataclass(frozen=True)
class _Said:
    number: int
    text: str


class Conversation(Followed):
    """A sink for the reader's events, and a watcher of the confirmation; pages answer it.

    All pages see the same. What is told is in parts, each whole: a page that is too slow for one
    gets the next of the same kind.
    """

    hears = True

    def __init__(
        self,
        confirmation: Confirmation,
        phrases: OwnPhrases | None = None,
        aloud: bool = False,
        pulse: float = PULSE,
    ) -> None:
        """`confirmation` has its outputs. `aloud`: whether one of them has a voice, so that pages
        need none."""
        super().__init__(pulse)
        self._confirmation = confirmation
        self._phrases = phrases or OwnPhrases()
        self._version = 0
        self._parts: dict[str, tuple[int, Message]] = {}
        self._asked: Asked | None = None
        self._said: list[_Said] = []
        self._numbers = 0
        self._rung = 0
        policy = confirmation.policy
        acts = bool(confirmation.outputs)
        self._put("about", confirm=policy.when, silence=policy.silence, aloud=aloud, acts=acts)
        self._put("phrases", phrases=self._phrases.texts)
        self._put("said", said=[])
        self._put("bell", rung=0)
        self._put("asked", asked=None)
        confirmation.watchers.append(self._watch)

    def __call__(self, event: Event) -> None:
        """Take what the reader tells: partial texts, and what went wrong."""
        if event.kind == "partial" and event.text:
            self._put("text", kind="partial", text=event.text, texts=[])
        elif event.kind in ("rejected", "no_face") or (event.kind == "final" and not event.text):
            likely = [choice.text for choice in event.choices[:TEXTS]]
            self._show("rejected", texts=likely)  # not understood; perhaps it was one of these
        elif event.kind in ("face", "source"):
            self._put("notice", kind=event.kind, text=event.message)

    def trouble(self, text: str) -> None:
        """An output could not say, type or publish what it was given."""
        self._put("notice", kind="output", text=text)

    def hear(self, text: str) -> None:
        """What a page wants, as `{"do": "yes", "number": 3, "text": "bin blue"}`."""
        try:
            wanted = json.loads(text)
            do, number = wanted["do"], wanted.get("number")
            phrase = phrase_of(wanted.get("text", ""))
        except (ValueError, KeyError, TypeError, AttributeError):
            return
        if isinstance(number, int) and do in ("yes", "no"):
            if do == "no" or "text" not in wanted or phrase:
                self._confirmation.answer(do, number, phrase)
        elif isinstance(number, int) and do == "stay":
            self._confirmation.stay(number)
        elif isinstance(number, int) and do == "forget":
            self._forget_said(number)
        elif do == "bell":
            self._confirmation.ring()
        elif phrase and do == "say":
            self._confirmation.say(phrase)
        elif phrase and do in ("add", "remove"):
            self._change(do, phrase)

    def _watch(self, step: Step) -> None:
        """See `Confirmation.watchers`."""
        if isinstance(step, Asked):
            with self._news:
                self._asked = step
                self._show("asked")
                self._put("asked", asked=_question(step))
        elif isinstance(step, Settled):
            with self._news:
                self._asked = None
                if step.how in ("no", "late"):
                    self._show(step.how)
                self._put("asked", asked=None)
        elif isinstance(step, Said):
            with self._news:
                self._show("said", step.event.text)
                self._numbers += 1
                self._said = [*self._said, _Said(self._numbers, step.event.text)][-KEPT:]
                self._tell_said()
        elif isinstance(step, Rung):
            with self._news:
                self._rung += 1
                self._put("bell", rung=self._rung)

    def _show(self, kind: str, text: str = "", texts: Sequence[str] = ()) -> None:
        """What is to be seen in large letters, and other texts that are offered: what waits for an
        answer, as long as it does."""
        with self._news:
            if self._asked is not None:
                kind, text, texts = "asked", self._asked.event.text, ()
            self._put("text", kind=kind, text=text, texts=[*texts])

    def _forget_said(self, number: int) -> None:
        with self._news:
            self._said = [one for one in self._said if one.number != number]
            self._tell_said()

    def _tell_said(self) -> None:
        said = [[one.number, one.text] for one in self._said]
        self._put("said", said=said, newest=self._numbers)

    def _change(self, do: str, phrase: str) -> None:
        with self._news:
            try:
                self._phrases.add(phrase) if do == "add" else self._phrases.remove(phrase)
            except EdgeLipError as error:
                tell(str(error))
                self._put("notice", kind="phrases", text=str(error))
            self._put("phrases", phrases=self._phrases.texts)

    def _put(self, part: str, **fields: Any) -> None:
        with self._news:
            self._version += 1
            self._parts[part] = (self._version, {"type": part, **fields})
            self._news.notify_all()

    def _messages(self) -> Generator[Message, None, None]:
        seen = 0
        while True:
            with self._news:
                self._news.wait_for(
                    lambda: self._ended or self._version > seen,  # noqa: B023 (called at once)
                    self._period,
                )
                ended = self._ended
                fresh: Sequence[tuple[int, Message]] = sorted(
                    (part for part in self._parts.values() if part[0] > seen),
                    key=lambda part: part[0],
                )
                seen = self._version
            self._confirmation.check()  # where no frames come, nobody else does
            for _, message in fresh:
                yield message
            if ended:
                return
            if not fresh:
                yield {"type": "pulse"}

    def _forget(self) -> None:
        """There are no pictures."""


def _question(asked: Asked) -> Message:
    """What a person needs to see to answer."""
    event = asked.event
    # Of a label, and of a taught phrase, the whole is one word.
    words = event.words or (SpokenWord(event.text, event.confidence, event.start, event.end),)
    return {
        "number": asked.number,
        "text": event.text,
        "confidence": round(event.confidence, 4),
        "words": [
            {
                "text": word.text,
                "unsure": word.confidence < UNSURE,
                "choices": [one.text for one in word.choices],
            }
            for word in words
        ],
        "texts": [one.text for one in other_texts(event, TEXTS)],
    }
