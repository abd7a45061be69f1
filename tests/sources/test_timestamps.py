"""When frames were taken: drivers with all sorts of clocks, and a wall clock that jumps."""

import time

import numpy as np
import pytest
from support.live import FakeClock, Script, frames

from edge_lip.sources.realtime import Paced, Schedule
from edge_lip.sources.timestamps import MISSES, Arrival, arriving


class FakeCapture:
    """An open `cv2.VideoCapture`: (there, milliseconds its driver tells) for each read."""

    def __init__(self, clock: FakeClock, reads: list[tuple[bool, float]], lag: float = 0.04):
        self._clock, self._reads, self._lag = clock, reads, lag
        self._told = 0.0

    def read(self) -> tuple[bool, np.ndarray | None]:
        self._clock.now += self._lag
        there, self._told = self._reads.pop(0) if self._reads else (False, 0.0)
        return there, np.zeros((4, 4, 3), np.uint8) if there else None

    def get(self, _: int) -> float:
        return self._told


def times(reads: list[tuple[bool, float]]) -> list[float]:
    clock = FakeClock(1000.0)
    return [frame.time for frame in arriving(FakeCapture(clock, reads), clock)]


def test_a_monotonic_driver_is_believed() -> None:
    told = [1000.02, 1000.0601, 1000.0999]
    assert times([(True, 1000 * t) for t in told]) == pytest.approx([0.02, 0.0601, 0.0999])


@pytest.mark.parametrize("told", [0.0, -1.0, float("nan"), 1.7e12, 998.0e3, 1001.0e3], ids=str)
def test_any_other_driver_is_not(told: float) -> None:
    assert times([(True, told)] * 3) == pytest.approx([0.04, 0.08, 0.12])


def test_times_grow_when_a_driver_changes_its_mind() -> None:
    found = times([(True, 0), (True, 1000_050), (True, 1000_045), (True, 0)])
    assert found == sorted(set(found))
    assert found[0] == pytest.approx(0.04) and found[-1] == pytest.approx(0.16)


def test_a_frame_from_before_the_start_is_at_the_start() -> None:
    assert times([(True, 999_900.0), (True, 1000_030.0)]) == pytest.approx([0.0, 0.03])


def test_a_damaged_frame_is_left_out_and_many_are_the_end() -> None:
    reads = [(True, 0.0), (False, 0.0), (True, 0.0), *[(False, 0.0)] * MISSES, (True, 0.0)]
    assert times(reads) == pytest.approx([0.04, 0.12])


def arrivals(fps: float, times: list[float]) -> list[float]:
    """What a stream of this rate makes of frames that come at these times."""
    clock = FakeClock()
    arrival = Arrival(clock, fps)
    found = []
    for when in times:
        clock.now = 1000 + when
        found.append(arrival.tick())
    return found


def test_frames_of_a_stream_that_come_late_are_put_in_their_place() -> None:
    rng = np.random.default_rng(0)
    due = 1 + np.arange(200) / 25
    late = due + np.where(rng.random(200) < 0.5, rng.uniform(0, 0.15, 200), 0)
    late[0] = due[0]
    found = arrivals(25, list(np.maximum.accumulate(late)))
    assert found == pytest.approx(list(due), abs=1e-6)


def test_a_stream_that_skips_frames_is_on_time_again_within_a_second() -> None:
    due = [1 + index / 25 for index in range(200) if not 100 <= index < 103]
    found = arrivals(25, due)
    assert found[:100] == pytest.approx(due[:100])
    assert found[100:124] == pytest.approx([time - 0.12 for time in due[100:124]])
    assert found[124:] == pytest.approx(due[124:])


@pytest.mark.parametrize("fps", [30, 25, 10, 0, 90000])
def test_a_stream_that_says_another_rate_than_its_own(fps: float) -> None:
    """It is slower or faster: its frames lie as far apart as they come, after the first."""
    found = arrivals(fps, [1 + index / 15 for index in range(150)])
    assert np.diff(found)[40:] == pytest.approx(np.full(109, 1 / 15))


def test_frames_that_had_to_wait_before_the_first_was_read() -> None:
    found = arrivals(25, [1.0] * 20 + [1.04 + index / 25 for index in range(50)])
    assert found[20:] == pytest.approx([1.04 + index / 25 for index in range(50)])
    assert all(before < after for before, after in zip(found, found[1:], strict=False))


def test_a_jump_of_the_wall_clock_has_no_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by us, nor by a driver that tells the time of day."""
    clock, wall = FakeClock(), FakeClock(1.7e9)
    monkeypatch.setattr(time, "time", wall)
    arrival = Arrival(clock)
    found = []
    for jump in (0, 86400, -7200, 0):
        clock.now += 0.04
        wall.now += jump
        found.append(arrival.tick(time.time()))
    assert found == pytest.approx([0.04, 0.08, 0.12, 0.16])


def test_a_recording_is_played_as_fast_as_it_was_made() -> None:
    clock = FakeClock()
    slept = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock.now += seconds

    source = Script(live=False).say(*frames(5, start=3.0), None)
    paced = Paced(source, Schedule(clock, sleep))
    assert paced.live and paced.name == source.name
    seen = []
    for index, frame in enumerate(paced):
        seen.append((frame.time - 3.0, clock.now - 1000.0))
        clock.now += 0.1 if index == 2 else 0.01  # reading takes time, once too long
    assert slept == pytest.approx([0, 0.03, 0.03, 0, 0])
    assert [when for when, _ in seen] == pytest.approx([0, 0.04, 0.08, 0.12, 0.16])
    assert [now for _, now in seen] == pytest.approx([0, 0.04, 0.08, 0.18, 0.19])
    paced.close()
    assert source.closed.is_set()


def test_what_is_too_late_is_dropped_as_by_a_camera() -> None:
    clock = FakeClock()

    def sleep(seconds: float) -> None:
        clock.now += seconds

    paced = Paced(Script(live=False).say(*frames(20), None), Schedule(clock, sleep))
    seen = []
    for frame in paced:
        seen.append((round(frame.time * 25), frame.dropped))
        clock.now += 0.5 if frame.time == 0 else 0.001
    assert seen[:2] == [(0, 0), (8, 7)]
    assert seen[2:] == [(index, 0) for index in range(9, 20)]
