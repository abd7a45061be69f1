"""Lips that move without a word, live."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from support.fakes import DECODER, FakeModel, FakeSource, FakeTracker, film, live_film, numbers

from edge_lip.events import Event
from edge_lip.reading.reader import Reader
from edge_lip.text.logits import Logits

SPEECH = [(1.0, 3.0)]


@dataclass
class Worded(FakeModel):
    """Sees its one word in the first so many frames of an utterance."""

    seen: int = 0
    until: int = 1000
    """In utterances of more frames it sees none."""

    def decode(self, features: np.ndarray) -> Logits:
        words = np.full((len(features), 2), (0.9, 0.1), np.float32)
        if len(features) <= self.until:
            words[: self.seen] = (0.1, 0.9)
        return Logits(features, np.log(words))


def read(model: FakeModel, trigger: str = "auto", live: bool = True) -> Sequence[Event]:
    reader = Reader(model, FakeTracker(SPEECH), DECODER, trigger=trigger, partial_every=0.4)
    return list(reader.read(FakeSource(live_film(5) if live else film(75), live=live)))


@dataclass
class Wordless(FakeModel):
    """Reads nothing in what is shorter than a second."""

    def decode(self, features: np.ndarray) -> Logits:
        return super().decode(features if len(features) >= 25 else features[:0])


def test_nothing_empty_is_final() -> None:
    """A gap in a recording, and a moment after it."""
    frames = [*film(40), *film(5, start=3.0, first=50)]
    events = list(Reader(Wordless(), FakeTracker(), DECODER).read(FakeSource(frames)))
    assert [event.kind for event in events] == ["final", "rejected"]
    assert events[0].text == numbers(0, 39) and events[1].text == ""


def test_nothing_is_told_of_lips_that_move_without_a_word() -> None:
    events = read(Worded(seen=7))
    assert {event.kind for event in events} == {"partial"}
    assert {event.text for event in events} == {""}


def test_words_are_read() -> None:
    assert read(Worded(seen=8))[-1].kind == "final"


def test_a_partial_text_is_taken_back_aloud() -> None:
    events = read(Worded(seen=8, until=40))
    assert any(event.kind == "partial" and event.text for event in events)
    assert (events[-1].kind, events[-1].text) == ("rejected", "")


def test_who_asks_to_be_read_is_told_that_nothing_was_understood() -> None:
    assert read(Worded(seen=0), "always")[-1].kind == "rejected"


def test_a_recorded_clip_is_read_whatever_it_shows() -> None:
    assert read(Worded(seen=0), live=False)[-1].kind == "final"
