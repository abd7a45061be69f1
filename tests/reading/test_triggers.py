"""What begins and ends an utterance, other than the lips."""

import os
import pty
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.fakes import DECODER, FakeModel, FakeTracker, film, live_film, numbers

from edge_lip.errors import TriggerError, UsageError
from edge_lip.events import Event
from edge_lip.reading.reader import Reader
from edge_lip.reading.triggers import make_trigger
from edge_lip.reading.triggers.trigger import Trigger

MOVING = [(1.0, 2.0)]
"""When the lips move, which other triggers do not mind."""


def reader(trigger: Trigger | str | None, live: bool = True) -> Reader:
    return Reader(
        FakeModel(), FakeTracker(MOVING), DECODER, partial_every=0, live=live, trigger=trigger
    )


def test_always_reads_whatever_the_lips_do() -> None:
    one = reader("always")
    events = [event for frame in film(75) for event in one.push(frame)] + one.finish()
    assert [event.text for event in events] == [numbers(0, 74)]


def test_lips_tell_utterances_apart_in_a_recording_where_they_are_asked_to() -> None:
    one = reader("auto", live=False)
    (event,) = [event for frame in live_film(4) for event in one.push(frame)]
    assert 0.2 <= event.start <= 1.0 and 2.0 <= event.end <= 3.0


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Where keys are pressed."""
    keyboard, terminal = pty.openpty()
    with os.fdopen(terminal, "r") as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        yield keyboard
    os.close(keyboard)


def test_the_space_bar_begins_and_ends_an_utterance(terminal: int) -> None:
    import termios

    before = termios.tcgetattr(sys.stdin.fileno())
    events: list[Event] = []
    with reader("key") as one:
        for number, frame in enumerate(film(90)):
            if number in (20, 60):
                os.write(terminal, b" ")
            if number == 40:
                os.write(terminal, b"xy")  # other keys say nothing
            events += one.push(frame)
        assert [event.text for event in events] == [numbers(16, 59)]  # from a moment before
        assert not one.finish()
    assert termios.tcgetattr(sys.stdin.fileno()) == before


def test_keys_want_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    with open(os.devnull) as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        with pytest.raises(UsageError, match="terminal"):
            make_trigger("key")


def test_a_button_is_held_while_somebody_speaks() -> None:
    gpiozero = pytest.importorskip("gpiozero", reason="gpiozero is not installed")
    from gpiozero.pins.mock import MockFactory

    gpiozero.Device.pin_factory = MockFactory()
    try:
        pin = gpiozero.Device.pin_factory.pin(17)
        events: list[Event] = []
        with reader("gpio:17") as one:
            for number, frame in enumerate(film(90)):
                if number == 30:
                    pin.drive_low()  # the button connects it with ground
                if number == 70:
                    pin.drive_high()
                events += one.push(frame)
        assert [event.text for event in events] == [numbers(26, 69)]
        with pytest.raises(UsageError, match="pin"):
            make_trigger("gpio:99")
    finally:
        gpiozero.Device.pin_factory.close()
        gpiozero.Device.pin_factory = None


def test_lgpio_leaves_nothing_where_it_may_not_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gpiozero = pytest.importorskip("gpiozero", reason="gpiozero is not installed")
    text = "import pathlib\nwhere = pathlib.Path.cwd()\nopen('.lgd-nfy0', 'w').close()\n"
    (tmp_path / "lgpio.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "lgpio", raising=False)
    monkeypatch.setattr(gpiozero, "Button", lambda *_, **__: None)
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    make_trigger("gpio:17")
    lgpio = sys.modules.pop("lgpio")
    assert not list(here.iterdir()) and Path.cwd() == here
    assert lgpio.where != here and not lgpio.where.exists()


def test_a_machine_without_pins_is_told_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    gpiozero = pytest.importorskip("gpiozero", reason="gpiozero is not installed")

    def refused(*_: object, **__: object) -> None:
        raise gpiozero.BadPinFactory("no pins")

    monkeypatch.setattr(gpiozero, "Button", refused)
    with pytest.raises(TriggerError, match="17"):
        make_trigger("gpio:17")


def test_without_gpiozero_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gpiozero", None)
    with pytest.raises(TriggerError, match="pip install"):
        make_trigger("gpio:17")


@pytest.mark.parametrize("spec", ["", "voice", "auto:1", "always:x", "key:a", "gpio", "gpio:"])
def test_what_is_no_trigger_is_a_wrong_call(spec: str) -> None:
    with pytest.raises(UsageError):
        make_trigger(spec)
