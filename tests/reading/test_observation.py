"""Looking on while a stream is read, and at its own pace."""

from support.fakes import DECODER, FACELESS, FakeModel, FakeSource, FakeTracker, film, live_film

from edge_lip.reading.observation import Observation, Pace
from edge_lip.reading.reader import Reader
from edge_lip.sources.frame import Frame


def observed(
    source: FakeSource, speech: list[tuple[float, float]] | None = None
) -> list[Observation]:
    reader = Reader(FakeModel(), FakeTracker(speech), DECODER)
    seen: list[Observation] = []
    reader.observers.append(seen.append)
    list(reader.read(source))
    return seen


def test_every_frame_is_observed_with_its_crop() -> None:
    frames = film(10)
    frames[4] = Frame(FACELESS, frames[4].time)
    seen = observed(FakeSource(frames))
    assert [one.frame for one in seen] == frames
    assert [one.crop is None for one in seen] == [index == 4 for index in range(10)]
    assert all(one.crop.time == one.frame.time for one in seen if one.crop)
    assert {(one.source, one.live, one.reading) for one in seen} == {("film", False, True)}


def test_whether_an_utterance_goes_on_is_observed() -> None:
    seen = observed(FakeSource(live_film(4), live=True), speech=[(1.0, 2.5)])
    reading = [one.frame.time for one in seen if one.reading]
    assert 1.0 <= reading[0] <= 1.8 and 2.5 <= reading[-1] <= 3.2
    assert len(reading) == round(25 * (reading[-1] - reading[0])) + 1
    assert all(one.live for one in seen)


class Clock:
    """Time that passes only in sleep, and where a test says so."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds


def observation(time: float, live: bool = False) -> Observation:
    return Observation("film", live, Frame(FACELESS, time), None, False)


def test_a_recorded_stream_is_read_at_its_pace() -> None:
    clock = Clock()
    pace = Pace(lambda: clock.now, clock.sleep)
    for time in (2.0, 2.04, 2.14):
        pace(observation(time))
        clock.now += 0.01  # reading takes its time
    assert clock.slept == [0.0, 0.03, 0.09]


def test_pace_does_not_wait_for_late_frames_and_begins_anew_with_each_stream() -> None:
    clock = Clock()
    pace = Pace(lambda: clock.now, clock.sleep)
    pace(observation(0.0))
    clock.now += 1
    pace(observation(0.5))
    pace(observation(0.0))
    pace(observation(0.5))
    assert clock.slept == [0.0, 0.0, 0.0, 0.5]


def test_live_frames_are_not_held_up() -> None:
    clock = Clock()
    pace = Pace(lambda: clock.now, clock.sleep)
    for time in (0.0, 5.0):
        pace(observation(time, live=True))
    assert clock.slept == []
