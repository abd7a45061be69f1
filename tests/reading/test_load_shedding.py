"""Keeping up on a slow board: less is done, step by step, and more again when there is time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pytest
from support.fakes import DECODER, FakeModel, FakeSource, FakeTracker, live_film

from edge_lip.mouth.pose import Pose
from edge_lip.mouth.trackers.flow import FlowPolicy, FlowTracker
from edge_lip.reading.load_shedding import LEVELS, LoadShedding, SheddingPolicy
from edge_lip.reading.reader import Reader
from edge_lip.sources.frame import Frame
from edge_lip.sources.health import Notice

FPS = 25
IMAGE = np.zeros((4, 4, 3), np.uint8)
POLICY = SheddingPolicy(windows=3)


@dataclass
class Clock:
    """Time that passes only where a test says so."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


class Camera:
    """Gives the frames of a film when their time has come; those nobody took are lost."""

    live = True
    name = "camera"

    def __init__(self, clock: Clock, frames: list[Frame]) -> None:
        self._clock, self._frames = clock, frames

    def __iter__(self) -> Iterator[Frame]:
        for index, frame in enumerate(self._frames):
            following = self._frames[index + 1].time if index + 1 < len(self._frames) else np.inf
            if following > self._clock.now:
                self._clock.now = max(self._clock.now, frame.time)
                yield frame

    def close(self) -> None: ...


def film(seconds: float) -> list[Frame]:
    return [Frame(IMAGE, index / FPS) for index in range(round(seconds * FPS))]


def levels(
    load_shedding: LoadShedding, clock: Clock, seconds: float, work: float
) -> list[tuple[float, int]]:
    """What is read of a camera by someone who works so many seconds on a frame: times, levels."""
    start = clock.now
    frames = [Frame(IMAGE, start + frame.time) for frame in film(seconds)]
    seen = []
    for item in load_shedding.keep_up(iter(Camera(clock, frames))):
        assert isinstance(item, Frame)
        clock.now += work
        seen.append((item.time, load_shedding.level))
    return seen


def test_with_time_to_spare_nothing_is_given_up() -> None:
    clock = Clock()
    seen = levels(LoadShedding(POLICY, clock), clock, 10, work=0.03)
    assert [time for time, _ in seen] == [frame.time for frame in film(10)]
    assert {level for _, level in seen} == {0}


def test_who_never_waits_gives_up_step_by_step_until_every_third_frame_is_read() -> None:
    clock = Clock()
    seen = levels(LoadShedding(POLICY, clock), clock, 20, work=0.3)
    steps = [level for _, level in seen]
    assert steps == sorted(steps) and set(steps) == set(range(len(LEVELS)))
    assert seen[-1][1] == len(LEVELS) - 1


def test_the_level_that_is_enough_is_kept() -> None:
    """50 ms of work for each 40 ms frame; every second frame leaves 30 ms of 80."""
    clock = Clock()
    seen = levels(LoadShedding(POLICY, clock), clock, 30, work=0.05)
    assert seen[-1][1] == 3
    assert {level for time, level in seen if time > 10} == {3}
    late = [time for time, _ in seen if time > 10]
    assert np.diff(late) == pytest.approx(2 / FPS)


def test_with_time_again_less_is_given_up() -> None:
    clock = Clock()
    load_shedding = LoadShedding(POLICY, clock)
    levels(load_shedding, clock, 10, work=0.3)
    assert load_shedding.level == len(LEVELS) - 1
    seen = levels(load_shedding, clock, 30, work=0.005)
    steps = [level for _, level in seen]
    assert steps == sorted(steps, reverse=True) and steps[-1] == 0
    assert load_shedding.current == LEVELS[0]


def test_a_moment_of_work_is_no_reason() -> None:
    """A text takes a while to make, on any board."""
    clock = Clock()
    load_shedding = LoadShedding(POLICY, clock)
    for frame in load_shedding.keep_up(iter(Camera(clock, film(20)))):
        assert isinstance(frame, Frame)
        clock.now += 0.4 if round(frame.time * FPS) % 100 == 99 else 0.01
        assert load_shedding.level == 0


@pytest.mark.parametrize(("dropped", "level"), [(0, 0), (0.1, 0), (1, 4)])
def test_a_source_that_loses_frames_has_no_time_either(dropped: float, level: int) -> None:
    """So many for each that comes."""
    clock = Clock()
    load_shedding = LoadShedding(POLICY, clock)
    frames = [
        replace(frame, dropped=round(index * dropped) - round((index - 1) * dropped))
        for index, frame in enumerate(film(20))
    ]
    list(load_shedding.keep_up(iter(Camera(clock, frames))))
    assert load_shedding.level == level


def test_frames_left_out_count_as_dropped() -> None:
    clock = Clock()
    load_shedding = LoadShedding(SheddingPolicy(levels=(LEVELS[-1],)), clock)
    camera = [replace(frame, dropped=index % 2) for index, frame in enumerate(film(0.48))]
    frames = [frame for frame in load_shedding.keep_up(iter(camera)) if isinstance(frame, Frame)]
    assert [frame.time for frame in frames] == [frame.time for frame in camera[2::3]]
    assert [frame.dropped for frame in frames] == [2 + 1, 2 + 2, 2 + 1, 2 + 2]


def test_notices_are_never_left_out() -> None:
    load_shedding = LoadShedding(SheddingPolicy(levels=(LEVELS[-1],)), Clock())
    notices = [Notice(str(number)) for number in range(4)]
    assert list(load_shedding.keep_up(iter(notices))) == notices


def read(
    work: float, live: bool = True, partial_every: float = 0.4
) -> list[tuple[str, float, int]]:
    """Kind, end and level of the events of 12 seconds of which 10 are speech."""
    clock = Clock()
    tracker = FakeTracker([(1.0, 11.0)] if live else None)
    load_shedding = LoadShedding(POLICY, clock)
    reader = Reader(
        FakeModel(),
        tracker,
        DECODER,
        partial_every=partial_every,
        longest=20,
        load_shedding=load_shedding,
    )
    reader.observers.append(lambda _: setattr(clock, "now", clock.now + work))
    source = Camera(clock, live_film(12)) if live else FakeSource(live_film(3))
    return [(event.kind, event.end, event.level) for event in reader.read(source)]


def test_events_tell_the_level_and_partial_texts_become_rare() -> None:
    events = read(work=0.05)
    assert {level for _, _, level in events} == {1, 2, 3}
    assert events[-1][0] == "final" and events[-1][2] == 3
    ends = [end for kind, end, level in events if kind == "partial" and level >= 2]
    assert np.diff(ends).min() > 1.5
    assert len(read(work=0.01)) > 2 * len(events)
    assert {level for _, _, level in read(work=0.01)} == {0}


def test_a_recorded_stream_is_read_whole_however_long_it_takes() -> None:
    ((kind, end, level),) = read(work=0.3, live=False, partial_every=0)
    assert (kind, level) == ("final", 0) and end == pytest.approx(3)


class Asked:
    """Sees the same mouth in every picture, and counts how often it is asked."""

    def __init__(self) -> None:
        self.count = 0

    def track(self, image: np.ndarray, time: float) -> Pose | None:
        self.count += 1
        return FakeTracker().track(image, time)

    def expect(self, pose: Pose) -> None: ...

    def reset(self) -> None: ...


@pytest.mark.parametrize(("work", "most"), [(0.03, 30), (0.05, 13)])
def test_landmarks_become_rare(work: float, most: int) -> None:
    """8 seconds, once every 0.4 or, after the first, once a second."""
    noise = np.random.default_rng(0).integers(0, 256, (160, 160, 3), np.uint8)
    clock, asked = Clock(), Asked()
    reader = Reader(
        FakeModel(),
        FlowTracker(asked, FlowPolicy(anchor_seconds=0.4)),
        DECODER,
        load_shedding=LoadShedding(POLICY, clock),
    )
    reader.observers.append(lambda _: setattr(clock, "now", clock.now + work))
    list(reader.read(Camera(clock, [Frame(noise, frame.time) for frame in film(8)])))
    assert asked.count <= most
    assert asked.count >= most // 2
