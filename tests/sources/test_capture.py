"""The capture thread: the newest frames, errors, silences, ends. Real threads, a set clock."""

import threading
from collections.abc import Iterator
from queue import Queue

import pytest
from support.live import PATIENCE, FakeClock, Script, frames, picture

from edge_lip.errors import SourceError
from edge_lip.sources.capture import Capture, follow
from edge_lip.sources.frame import Frame, Source
from edge_lip.sources.health import Notice, Policy

FAST = Policy(keep=3, retry=0.0)


def taken(capture: Capture) -> bool:
    """Wait until the thread has taken all there is and ended."""
    capture._thread.join(PATIENCE)
    return not capture._thread.is_alive()


def test_only_the_newest_frames_wait_and_the_others_are_counted() -> None:
    source = Script().say(*frames(1))
    capture = Capture(source, policy=FAST)
    seen = follow(capture)
    first = next(seen)
    assert isinstance(first, Frame) and (first.time, first.dropped) == (0, 0)
    source.say(*frames(10)[1:], None)
    assert taken(capture)
    rest = [item for item in seen if isinstance(item, Frame)]
    assert [frame.time for frame in rest] == pytest.approx([7 / 25, 8 / 25, 9 / 25])
    assert [frame.dropped for frame in rest] == [6, 0, 0]
    assert source.closed.is_set()


def test_a_reader_that_keeps_up_misses_nothing() -> None:
    source = Script()
    seen = follow(Capture(source))
    for frame in frames(50):
        source.say(frame)
        item = next(seen)
        assert isinstance(item, Frame)
        assert (item.time, item.dropped) == (frame.time, 0)
    source.say(None)
    assert list(seen) == []


@pytest.mark.parametrize("error", [SourceError("broken"), ValueError("a bug")])
def test_an_error_reaches_whoever_reads_after_the_frames_before_it(error: Exception) -> None:
    source = Script().say(*frames(2), error)
    capture = Capture(source)
    seen = iter(capture)
    assert [next(seen).time, next(seen).time] == [0, 1 / 25]
    with pytest.raises(type(error), match=str(error)):
        next(seen)
    assert source.closed.is_set()


class Listener:
    """Reads a capture in a thread, so that a test may act meanwhile."""

    def __init__(self, capture: Capture) -> None:
        self.items: Queue[Frame | Notice | None] = Queue()
        self._capture = capture
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        for item in follow(self._capture):
            self.items.put(item)
        self.items.put(None)

    def next(self) -> str | None:
        """The next notice's text, "frame" for a frame, None for the end."""
        item = self.items.get(timeout=PATIENCE)
        if isinstance(item, Notice):
            return item.text
        return None if item is None else "frame"


def test_a_camera_that_hangs_is_told_and_comes_back() -> None:
    clock = FakeClock()
    source = Script().say(*frames(1))
    listener = Listener(Capture(source, policy=Policy(stall=2), clock=clock))
    assert listener.next() == "frame"
    clock.now += 2.1
    assert listener.next() == "camera:9 has given no picture for 2 s"
    clock.now += 5
    source.say(Frame(picture(9), 7.1), None)
    assert listener.next() == "camera:9 is back after 7 s"
    assert listener.next() == "frame"
    assert listener.next() is None


def test_closing_does_not_wait_for_a_camera_that_hangs() -> None:
    source = Script().say(*frames(1))
    capture = Capture(source)
    listener = Listener(capture)
    assert listener.next() == "frame"
    closer = threading.Thread(target=capture.close)
    closer.start()
    closer.join(PATIENCE)
    assert not closer.is_alive()
    assert listener.next() is None
    assert not source.closed.is_set()  # the thread that hangs in it does that,
    source.say(*frames(1))  # when it answers
    assert source.closed.wait(PATIENCE)
    assert taken(capture)


def test_closed_before_it_began() -> None:
    source = Script()
    Capture(source).close()
    assert source.closed.is_set()


def test_an_unplugged_camera_is_read_again_when_it_is_back() -> None:
    first = Script().say(*frames(1), SourceError("camera:9 gives no more pictures"))
    second = Script().say(*frames(2))
    openings: Iterator[Source | SourceError] = iter(
        [SourceError("there is no /dev/video9"), SourceError("there is no /dev/video9"), second]
    )

    def reopen() -> Source:
        opened = next(openings)
        if isinstance(opened, SourceError):
            raise opened
        return opened

    capture = Capture(first, reopen, FAST)
    listener = Listener(capture)
    assert listener.next() == "frame"
    assert listener.next() == ("camera:9 gives no more pictures; trying again until it comes back")
    assert listener.next() == "camera:9 is back after 0 s"
    assert listener.next() == "frame"
    assert listener.next() == "frame"
    capture.close()
    assert listener.next() is None
    second.say(None)
    assert second.closed.wait(PATIENCE)


def test_closing_ends_the_waiting_for_a_lost_camera() -> None:
    opened = threading.Event()

    def reopen() -> Source:
        opened.set()
        raise SourceError("there is no /dev/video9")

    source = Script().say(*frames(1), SourceError("camera:9 gives no more pictures"))
    capture = Capture(source, reopen, Policy(retry=0.0, slowest=1e6))
    listener = Listener(capture)
    assert listener.next() == "frame"
    assert listener.next() is not None
    assert opened.wait(PATIENCE)
    capture.close()
    assert taken(capture)
    assert listener.next() is None


def test_notices_are_never_dropped() -> None:
    clock = FakeClock()
    source = Script().say(*frames(1))
    capture = Capture(source, policy=Policy(keep=2, freeze=5), clock=clock)
    seen = follow(capture)
    next(seen)
    still = [Frame(picture(0), 1 + index) for index in range(4)]
    clock.now += 6
    source.say(*still, *frames(9, start=10)[1:], None)
    assert taken(capture)
    items = list(seen)
    assert [item.text[:20] for item in items if isinstance(item, Notice)] == [
        "camera:9 has shown t",
        "camera:9 shows somet",
    ]
    assert sum(isinstance(item, Frame) for item in items) == 2
