"""A source that is lost and opened again, without threads and by a clock that the test sets."""

from collections.abc import Iterator

import pytest
from support.live import FakeClock, Script, frames

from edge_lip.errors import SourceError
from edge_lip.sources.frame import Frame, Source
from edge_lip.sources.health import Notice, Policy
from edge_lip.sources.reconnect import lasting

POLICY = Policy(retry=0.5, slowest=4)
UNPLUGGED = SourceError("camera:9 gives no more pictures")


class World:
    """Opens `sources` one after the other, an error standing for one that can't be opened."""

    def __init__(self, *sources: Source | SourceError, patience: float = 100) -> None:
        self.clock = FakeClock()
        self.waits: list[float] = []
        self._sources = list(sources)
        self._patience = self.clock.now + patience

    def open(self) -> Source:
        source = self._sources.pop(0)
        if isinstance(source, SourceError):
            raise source
        return source

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        self.clock.now += seconds
        return not self._sources or self.clock.now > self._patience

    def play(self) -> Iterator[Frame | Notice]:
        return lasting(self.open(), self.open, POLICY, self.clock, self.wait)


def test_frames_pass_with_their_times_until_it_ends() -> None:
    world = World(Script().say(*frames(5, start=0.2), None))
    *seen, notice = world.play()
    assert [frame.time for frame in seen] == [frame.time for frame in frames(5, start=0.2)]  # type: ignore[union-attr]
    assert notice == Notice("camera:9 has ended; trying again until it comes back")


def test_after_a_loss_time_goes_on_by_the_clock() -> None:
    first = Script().say(*frames(10), UNPLUGGED)
    second = Script().say(*frames(3), UNPLUGGED)
    world = World(first, second)
    items = list(world.play())
    assert items[10] == Notice("camera:9 gives no more pictures; trying again until it comes back")
    assert first.closed.is_set() and second.closed.is_set()
    times = [item.time for item in items if isinstance(item, Frame)]
    # No time has passed by the clock between the frames before: they came at once.
    assert times[10:] == pytest.approx([0.5, 0.54, 0.58])


def test_time_grows_even_where_the_clock_lags_behind_the_frames() -> None:
    world = World(Script().say(*frames(100), UNPLUGGED), Script().say(*frames(2), UNPLUGGED))
    times = [item.time for item in world.play() if isinstance(item, Frame)]
    assert all(before < after for before, after in zip(times, times[1:], strict=False))


def test_attempts_become_rarer_and_only_the_first_loss_is_told() -> None:
    absent = SourceError("there is no /dev/video9")
    world = World(
        Script().say(*frames(1), UNPLUGGED), *[absent] * 6, Script().say(*frames(1), UNPLUGGED)
    )
    items = list(world.play())
    assert world.waits[:7] == [0.5, 1, 2, 4, 4, 4, 4]
    assert [type(item) for item in items] == [Frame, Notice, Frame, Notice]
    assert world.waits[7] == 0.5


def test_one_that_opens_and_gives_nothing_is_no_recovery() -> None:
    dead = [Script().say(UNPLUGGED) for _ in range(3)]
    world = World(Script().say(*frames(1), UNPLUGGED), *dead)
    items = list(world.play())
    assert [type(item) for item in items] == [Frame, Notice]
    assert world.waits == [0.5, 1, 2, 4]
    assert all(source.closed.is_set() for source in dead)


def test_what_is_no_trouble_of_the_source_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        list(World(Script().say(ZeroDivisionError())).play())


def test_closed_between_frames_it_closes_the_source() -> None:
    source = Script().say(*frames(3))
    playing = World(source).play()
    next(playing)
    playing.close()  # type: ignore[attr-defined]
    assert source.closed.is_set()
