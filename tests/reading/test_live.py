"""What the reader makes of what happens to a live source."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from support.fakes import DECODER, FakeModel, FakeSource, FakeTracker, film, live_film, numbers

from edge_lip.reading import reader as reader_module
from edge_lip.reading.reader import Reader
from edge_lip.sources.frame import Frame, Source
from edge_lip.sources.health import Notice

Items = list[Frame | Notice]


@pytest.fixture
def happening(monkeypatch: pytest.MonkeyPatch) -> Items:
    """What a source gives, whatever it says itself."""
    items: Items = []

    def follow(_: Source) -> Iterator[Frame | Notice]:
        yield from items

    monkeypatch.setattr(reader_module, "follow", follow)
    return items


def make_reader(speech: list[tuple[float, float]] | None = None) -> Reader:
    return Reader(FakeModel(), FakeTracker(speech), DECODER, partial_every=0)


def test_what_was_said_before_a_stall_is_told_at_once_and_then_the_stall(happening: Items) -> None:
    lost = Notice("camera:0 has given no picture for 2 s")
    happening += [*film(10), lost, *film(10, start=9.0, first=20)]
    first, told, second = make_reader().read(FakeSource([]))
    assert (first.kind, first.text, first.frames) == ("final", numbers(0, 9), 10)
    assert (told.kind, told.message, told.source) == ("source", lost.text, "film")
    assert (told.frames, told.dropped) == (10, 0)
    assert (second.kind, second.text, second.start) == ("final", numbers(20, 29), 9.0)


def test_a_stall_between_utterances_is_told_alone(happening: Items) -> None:
    frames = live_film(6)
    happening += [*frames[:100], Notice("lost"), Notice("back"), *frames[100:]]
    events = list(make_reader([(1.0, 2.0), (4.6, 5.4)]).read(FakeSource([], live=True)))
    assert [event.kind for event in events] == ["final", "source", "source", "final"]


def test_a_camera_that_becomes_slow_ends_no_utterance(happening: Items) -> None:
    slow = Notice("camera:0 gives 7 pictures a second", gap=False)
    happening += [*film(10), slow, *film(10, start=0.4, first=10)]
    told, event = make_reader().read(FakeSource([]))
    assert (told.kind, told.message) == ("source", slow.text)
    assert (event.kind, event.text) == ("final", numbers(0, 19))


def test_dropped_frames_are_counted_beside_those_that_were_read() -> None:
    frames = film(40)
    kept = [replace(frame, dropped=1) for frame in frames[1::2]]
    reader = make_reader()
    (event,) = reader.read(FakeSource(kept))
    assert (event.frames, event.dropped) == (20, 20)
    assert event.to_dict()["dropped"] == 20
    (again,) = reader.read(FakeSource(film(3)))
    assert again.dropped == 0
