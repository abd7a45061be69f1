"""Texts typed, on a keyboard that writes down its keys."""

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from edge_lip.errors import SinkError, UsageError
from edge_lip.events import Event
from edge_lip.sinks.specs import open_sink

EV_KEY = 1


class Codes(SimpleNamespace):
    """Every key's code is its name."""

    EV_KEY = EV_KEY

    def __getattr__(self, name: str) -> str:
        assert name.startswith("KEY_")
        return name


class FakeEvdev(ModuleType):
    """The part of python-evdev that is used: `ecodes`, `UInput`, `UInputError`."""

    class UInputError(Exception):
        pass

    def __init__(self) -> None:
        super().__init__("evdev")
        self.ecodes = Codes()
        self.pressed: list[str] = []
        self.closed = False
        self.forbidden = ""

    def UInput(self, events: dict[int, list[str]], name: str) -> Any:  # noqa: N802 (evdev's)
        if self.forbidden:
            raise self.UInputError(self.forbidden)
        assert name == "edge-lip"
        able = events[EV_KEY]
        waiting: list[str] = []

        def write(kind: int, key: str, value: int) -> None:
            assert kind == EV_KEY and key in able
            waiting.append(("+" if value else "-") + key.removeprefix("KEY_"))

        def syn() -> None:
            self.pressed += waiting
            waiting.clear()

        return SimpleNamespace(write=write, syn=syn, close=lambda: setattr(self, "closed", True))


@pytest.fixture
def evdev(monkeypatch: pytest.MonkeyPatch) -> FakeEvdev:
    fake = FakeEvdev()
    monkeypatch.setitem(sys.modules, "evdev", fake)
    return fake


def type_text(text: str, spec: str = "keyboard") -> None:
    sink = open_sink(spec)
    sink(Event("partial", text="no"))
    sink(Event("final", text=text))
    sink.close()


def test_each_key_goes_down_and_up_and_a_space_follows(evdev: FakeEvdev) -> None:
    type_text("f two")
    keys = ["F", "SPACE", "T", "W", "O", "SPACE"]
    assert evdev.pressed == [sign + key for key in keys for sign in "+-"]
    assert evdev.closed


def test_capitals_are_shifted(evdev: FakeEvdev) -> None:
    type_text("A!", "keyboard?then=nothing")
    assert evdev.pressed == [
        *("+LEFTSHIFT", "+A", "-A", "-LEFTSHIFT"),
        *("+LEFTSHIFT", "+1", "-1", "-LEFTSHIFT"),
    ]


def test_enter_sends_it_off(evdev: FakeEvdev) -> None:
    type_text("a", "keyboard?then=enter")
    assert evdev.pressed == ["+A", "-A", "+ENTER", "-ENTER"]


def test_what_has_no_key_is_left_out_and_told(
    evdev: FakeEvdev, capsys: pytest.CaptureFixture[str]
) -> None:
    type_text("ä\nb", "keyboard?then=nothing")
    assert evdev.pressed == ["+B", "-B"]
    assert capsys.readouterr().err == "edge-lip: keyboard: has no key for 'ä', which is left out\n"


def test_without_permission_the_rule_is_told(evdev: FakeEvdev) -> None:
    evdev.forbidden = '"/dev/uinput" cannot be opened for writing'
    with pytest.raises(SinkError, match='cannot be opened.*udev rule, KERNEL=="uinput"'):
        open_sink("keyboard")


def test_without_evdev_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "evdev", None)
    with pytest.raises(SinkError, match=r"pip install 'edge-lip\[keyboard\]'"):
        open_sink("keyboard")


@pytest.mark.usefixtures("evdev")
def test_another_key_after_it_is_none() -> None:
    with pytest.raises(UsageError, match="one of space, enter, nothing"):
        open_sink("keyboard?then=tab")
