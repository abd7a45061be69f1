"""Frames in, events out, with a model that reads frame numbers."""

import gc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.fakes import (
    DECODER,
    FACELESS,
    MANIFEST,
    FakeModel,
    FakeSource,
    FakeTracker,
    film,
    live_film,
    numbers,
)

from edge_lip.errors import ModelError
from edge_lip.events import Event
from edge_lip.reading import opening
from edge_lip.reading.opening import open_reader
from edge_lip.reading.reader import Reader
from edge_lip.sources.frame import Frame

Speech = list[tuple[float, float]]


def make_reader(speech: Speech | None = None, **options: object) -> Reader:
    return Reader(FakeModel(), FakeTracker(speech), DECODER, **options)  # type: ignore[arg-type]


def read(frames: list[Frame], speech: Speech | None = None, **options: object) -> list[Event]:
    source = FakeSource(frames, live=speech is not None)
    return list(make_reader(speech, **options).read(source))


def test_a_clip_is_one_final_event_with_every_frame_in_order() -> None:
    (event,) = read(film(75))
    assert event.kind == "final"
    assert event.text == numbers(0, 74)
    assert event.confidence == 0.75
    assert (event.start, event.end) == pytest.approx((0, 3))
    assert (event.frames, event.faces, event.source) == (75, 75, "film")
    assert event.latency > 0
    assert (event.words[10].start, event.words[10].end) == pytest.approx((0.4, 0.44))


def test_stacks_hold_the_neighbours_and_repeat_the_edges() -> None:
    model = FakeModel()
    list(Reader(model, FakeTracker(), DECODER).read(FakeSource(film(6))))
    assert model.stacks[0] == [0, 0, 0, 1, 2]
    assert model.stacks[3] == [1, 2, 3, 4, 5]
    assert model.stacks[5] == [3, 4, 5, 5, 5]
    assert len(model.stacks) == 6


def test_features_are_paid_for_while_the_person_speaks() -> None:
    model = FakeModel()
    reader = Reader(model, FakeTracker(), DECODER)
    for frame in film(20):
        reader.push(frame)
    assert len(model.stacks) == 18  # all but the two that wait for their look-ahead


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_shortest_clips(count: int) -> None:
    (event,) = read(film(count))
    assert event.text == numbers(0, count - 1)


def test_a_fast_source_reads_the_same() -> None:
    frames = [Frame(frame.image, i / 50) for i, frame in enumerate(film(90))]
    (event,) = read(frames)
    assert event.text == " ".join(str(n) for n in range(0, 90, 2))


def test_partial_events_come_in_source_time_and_grow() -> None:
    *partials, final = read(film(50), partial_every=0.4)
    assert [event.kind for event in partials] == ["partial"] * 5
    assert [event.end for event in partials] == pytest.approx([0.4, 0.8, 1.2, 1.6, 2.0], abs=0.041)
    assert all(final.text.startswith(event.text) for event in partials)
    assert final.text == numbers(0, 49)


def test_a_blink_of_the_tracker_does_not_shift_time() -> None:
    frames = film(40)
    frames[20:23] = [Frame(FACELESS, frame.time) for frame in frames[20:23]]
    (event,) = read(frames)
    assert len(event.words) == 40
    assert event.text.split()[23:] == numbers(23, 39).split()
    assert (event.frames, event.faces) == (40, 37)


def test_a_face_gone_for_long_ends_the_utterance_while_it_is_gone() -> None:
    reader = make_reader()
    before = [event for frame in film(20) for event in reader.push(frame)]
    gone = [e for i in range(20) for e in reader.push(Frame(FACELESS, 0.8 + i / 25))]
    after = [event for frame in film(20, start=1.6, first=50) for event in reader.push(frame)]
    assert not before
    assert [(e.kind, e.text, e.message) for e in gone] == [
        ("final", numbers(0, 19), ""),
        ("face", "", "no face"),
    ]
    assert [(e.kind, e.message) for e in after] == [("face", "the face is seen again")]
    (event,) = reader.finish()
    assert event.text == numbers(50, 69)
    assert event.start == pytest.approx(1.6)


def test_a_source_that_stalls_begins_a_new_utterance() -> None:
    first, second = read(film(20) + film(20, start=5.0, first=40))
    assert (first.text, second.text) == (numbers(0, 19), numbers(40, 59))


def test_no_face_at_all() -> None:
    (event,) = read([Frame(FACELESS, i / 25) for i in range(10)])
    assert (event.kind, event.text, event.frames, event.faces) == ("no_face", "", 10, 0)


def test_nothing_seen_is_nothing_said() -> None:
    assert make_reader().finish() == []


def test_a_long_utterance_is_cut_and_no_frame_lost() -> None:
    events = read(film(60), longest=1.0)
    assert [event.text for event in events] == [numbers(0, 24), numbers(25, 49), numbers(50, 59)]
    assert [event.start for event in events] == pytest.approx([0, 1, 2])


def test_a_reader_reads_one_clip_like_the_next() -> None:
    reader = make_reader()
    first = list(reader.read(FakeSource(film(30), name="a")))
    second = list(reader.read(FakeSource(film(30), name="b")))
    assert [replace(event, latency=0, source="") for event in first] == [
        replace(event, latency=0, source="") for event in second
    ]
    assert second[0].source == "b"


def test_a_clip_left_half_read_leaves_nothing_behind() -> None:
    reader = make_reader()
    for frame in film(30):
        reader.push(frame)
    (event,) = reader.read(FakeSource(film(10, first=50)))
    assert event.text == numbers(50, 59)


def test_moving_lips_make_utterances_of_a_live_stream() -> None:
    speech = [(1.0, 2.5), (4.0, 6.0)]
    events = [e for e in read(live_film(8), speech) if e.kind == "final"]
    assert len(events) == 2
    for event, (start, end) in zip(events, speech, strict=True):
        assert start - 0.8 <= event.start <= start
        assert end <= event.end <= end + 1.0


def test_a_live_stream_gives_partial_events_unless_told_not_to() -> None:
    speech = [(1.0, 3.0)]
    assert "partial" in {event.kind for event in read(live_film(5), speech)}
    assert {event.kind for event in read(live_film(5), speech, partial_every=0)} == {"final"}


def test_still_lips_and_short_twitches_say_nothing() -> None:
    model = FakeModel()
    reader = Reader(model, FakeTracker([(2.0, 2.1)]), DECODER)
    assert list(reader.read(FakeSource(live_film(5), live=True))) == []
    assert model.stacks == []  # and cost nothing


def test_crops_tell_speech_where_there_are_no_lip_landmarks() -> None:
    still, stripes = film(1)[0].image, np.kron([[60, 200] * 10], np.ones((160, 8), np.uint8))
    rolled = [np.roll(stripes, shift, axis=1)[..., np.newaxis] for shift in range(50)]
    moving = [(still * 0.6 + stripe * 0.4).astype(np.uint8) for stripe in rolled]
    images = [still] * 50 + moving + [still] * 50
    source = FakeSource([Frame(im, i / 25) for i, im in enumerate(images)], live=True)
    (event,) = make_reader(partial_every=0).read(source)
    assert 1.2 <= event.start <= 2.0
    assert 4.0 <= event.end <= 5.0


def test_memory_stays_bounded_in_a_long_stream() -> None:
    reader = make_reader(partial_every=0, longest=2.0)
    frames = live_film(10)
    for minute in range(6):
        for frame in frames:
            reader.push(Frame(frame.image, frame.time + 10 * minute))
    gc.collect()
    samples = [thing for thing in gc.get_objects() if type(thing).__name__ == "Sample"]
    assert len(samples) < 60


def test_the_stopwatch_knows_every_stage() -> None:
    reader = make_reader()
    list(reader.read(FakeSource(film(10))))
    counts = {stage: len(laps) for stage, laps in reader.stopwatch.laps.items()}
    assert counts == {"read": 10, "face": 10, "crop": 10, "encode": 11, "decode": 1, "text": 1}


def test_without_a_shipped_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("edge_lip.model.shipped.MODELS", tmp_path)
    with pytest.raises(ModelError, match="as MODEL"):
        open_reader(tracker=FakeTracker())


@pytest.mark.parametrize(
    ("wanted", "given", "used"),
    [("landmarks", None, "flow"), ("haar", None, "haar"), ("landmarks", "landmarks", "landmarks")],
)
def test_on_a_device_landmarks_are_followed(
    monkeypatch: pytest.MonkeyPatch, wanted: str, given: str | None, used: str
) -> None:
    model = FakeModel(replace(MANIFEST, tracker=wanted))
    asked: list[tuple[str, int]] = []

    def make(name: str, threads: int) -> FakeTracker:
        asked.append((name, threads))
        return FakeTracker()

    monkeypatch.setattr(opening, "open_model", lambda *_: model)
    monkeypatch.setattr(opening, "make_tracker", make)
    open_reader(tracker=given, decoder=DECODER, threads=2)
    assert asked == [(used, 2)]
