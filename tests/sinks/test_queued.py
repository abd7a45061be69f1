"""What a slow or broken output does to the run: nothing."""

from collections.abc import Callable
from math import inf
from threading import Event as Flag

import pytest

from edge_lip.errors import SinkError
from edge_lip.events import Event, EventKind
from edge_lip.sinks.queued import EVERYTHING, FINALS, Queued

PATIENCE = 60.0
Captured = pytest.CaptureFixture[str]


class Slow:
    """Takes one event after the other, each when it is told to go on."""

    name = "slow"
    keep = 3
    expires = inf
    acts = True

    def __init__(self, takes: frozenset[EventKind] = EVERYTHING) -> None:
        self.takes = takes
        self.taken: list[str] = []
        self.begun, self.go_on, self.closed = Flag(), Flag(), Flag()

    def deliver(self, event: Event, deadline: float) -> None:
        self.begun.set()
        assert self.go_on.wait(PATIENCE)
        self.taken.append(event.text)

    def close(self) -> None:
        self.closed.set()


class Broken(Slow):
    """Can't take some."""

    def __init__(self, fail: Callable[[str], None]) -> None:
        super().__init__()
        self._fail = fail
        self.go_on.set()

    def deliver(self, event: Event, deadline: float) -> None:
        self._fail(event.text)
        super().deliver(event, deadline)


def say(sink: Queued, *texts: str, kind: EventKind = "final") -> None:
    for text in texts:
        sink(Event(kind, text=text))


def test_events_arrive_in_their_order_and_before_the_end(capsys: Captured) -> None:
    output = Slow()
    sink = Queued(output)
    say(sink, "a", "b", "c")
    output.go_on.set()
    sink.close()
    assert output.taken == ["a", "b", "c"]
    assert output.closed.is_set()
    assert capsys.readouterr() == ("", "")


def test_nobody_waits_for_a_slow_one_and_the_newest_are_kept(capsys: Captured) -> None:
    output = Slow()
    sink = Queued(output)
    say(sink, "a")
    assert output.begun.wait(PATIENCE)
    say(sink, "b", "c", "d", "e", "f")  # returns while "a" is on its way
    output.go_on.set()
    sink.close()
    assert output.taken == ["a", "d", "e", "f"]
    told = ["edge-lip: slow: 3 events wait, older ones are dropped"]
    told.append("edge-lip: slow: 2 events were lost")
    assert capsys.readouterr().err.splitlines() == told


def test_partial_texts_are_dropped_first() -> None:
    output = Slow()
    sink = Queued(output)
    say(sink, "a")
    assert output.begun.wait(PATIENCE)
    say(sink, "b")
    say(sink, "c1", "c2", kind="partial")
    say(sink, "c")
    output.go_on.set()
    sink.close()
    assert output.taken == ["a", "b", "c2", "c"]


def test_what_has_waited_for_too_long_is_not_delivered(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    clock = 0.0
    monkeypatch.setattr("edge_lip.sinks.queued.now", lambda: clock)
    output = Slow()
    output.expires = 30.0
    sink = Queued(output)
    say(sink, "a")
    assert output.begun.wait(PATIENCE)
    say(sink, "old")
    clock = 20.0
    say(sink, "new")
    clock = 31.0
    output.go_on.set()
    sink.close()
    assert output.taken == ["a", "new"]
    told = "edge-lip: slow: what was said more than 30 s ago is not delivered any more\n"
    assert capsys.readouterr().err == told


def test_an_output_that_settles_has_the_time_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge_lip.sinks.queued.FLUSH", 0.0)

    class Settles(Slow):
        def settles_in(self) -> float:
            self.go_on.set()  # as if time had passed
            return PATIENCE

    output = Settles()
    sink = Queued(output)
    say(sink, "a", "b")
    sink.close()
    assert output.taken == ["a", "b"]


def test_an_output_sees_only_what_it_takes() -> None:
    output = Slow(FINALS)
    output.go_on.set()
    sink = Queued(output)
    say(sink, "a", kind="partial")
    say(sink, "b")
    say(sink, "", kind="rejected")
    sink.close()
    assert output.taken == ["b"]


def test_what_fails_is_told_once_and_counted(capsys: Captured) -> None:
    def fail(text: str) -> None:
        if text != "good":
            raise SinkError("is broken")

    output = Broken(fail)
    output.keep = 10
    sink = Queued(output)
    say(sink, "bad", "bad", "good", "bad")
    sink.close()
    assert output.taken == ["good"]
    told = ["edge-lip: slow: is broken", "edge-lip: slow: 3 events were lost"]
    assert capsys.readouterr().err.splitlines() == told


def test_a_text_for_what_is_out_of_reach_is_told_at_once() -> None:
    output = Slow()
    failed: list[str] = []
    output.trouble = ""  # type: ignore[attr-defined]
    sink = Queued(output)
    sink.failed = failed.append
    say(sink, "before")
    assert failed == []
    output.trouble = "nobody is there"  # type: ignore[attr-defined]
    say(sink, "parts", kind="partial")
    assert failed == []
    say(sink, "whole")
    assert failed == ["slow: nobody is there; trying again"]
    output.go_on.set()
    sink.close()


def test_a_surprise_is_one_line_too(capsys: Captured) -> None:
    def fail(text: str) -> None:
        raise ZeroDivisionError("first\nsecond")

    sink = Queued(Broken(fail))
    say(sink, "a")
    sink.close()
    assert capsys.readouterr().err == "edge-lip: slow: ZeroDivisionError: first second\n"


def test_the_end_does_not_wait_for_one_that_hangs(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr("edge_lip.sinks.queued.FLUSH", 0.0)
    output = Slow()
    sink = Queued(output)
    say(sink, "a")
    assert output.begun.wait(PATIENCE)
    say(sink, "b", "c")
    sink.close()
    assert output.closed.is_set() and not output.taken
    assert capsys.readouterr().err == "edge-lip: slow: 2 events were lost\n"
    output.go_on.set()
