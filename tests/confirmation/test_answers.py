"""Who answers besides a page: buttons, and a broker."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.talk import Talk

from edge_lip.confirmation.answers import open_answers
from edge_lip.errors import EdgeLipError, SinkError, TriggerError, UsageError


@pytest.fixture
def pins() -> Iterator[Any]:
    """The pins of a board."""
    gpiozero = pytest.importorskip("gpiozero", reason="gpiozero is not installed")
    from gpiozero.pins.mock import MockFactory

    gpiozero.Device.pin_factory = MockFactory()
    yield gpiozero.Device.pin_factory
    gpiozero.Device.pin_factory.close()
    gpiozero.Device.pin_factory = None


def press(pin: Any) -> None:
    pin.drive_low()  # the button connects it with ground
    pin.drive_high()


def test_two_buttons_say_yes_and_no(pins: Any) -> None:
    talk = Talk()
    answers = open_answers("gpio:5,6", talk.confirmation)
    talk.read("bin blue")
    press(pins.pin(6))
    talk.read("lay red")
    press(pins.pin(5))
    assert talk.said() == ["lay red"]
    answers.close()
    open_answers("gpio:5", talk.confirmation).close()  # the pin is free again


@pytest.mark.parametrize("spec", ["gpio:", "gpio:5,", "gpio:5,5", "gpio:1,2,3", "gpio:5,99"])
def test_what_is_no_pin_is_a_wrong_call_and_keeps_none(spec: str, pins: Any) -> None:
    talk = Talk()
    with pytest.raises(UsageError):
        open_answers(spec, talk.confirmation)
    open_answers("gpio:5", talk.confirmation).close()


@pytest.mark.parametrize("spec", ["", "gpio", "voice:loud", "mqtt://broker", "mqtt://b/t?x=1"])
def test_what_answers_nothing_is_a_wrong_call(spec: str) -> None:
    with pytest.raises(UsageError):
        open_answers(spec, Talk().confirmation)


@pytest.mark.parametrize(
    ("spec", "package", "error"),
    [("gpio:5", "gpiozero", TriggerError), ("mqtt://b/t", "paho.mqtt.client", SinkError)],
)
def test_what_is_missing_is_named(
    spec: str, package: str, error: type[EdgeLipError], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(error, match="pip install"):
        open_answers(spec, Talk().confirmation)


def test_a_broker_that_is_away_is_told_of_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("paho.mqtt", reason="paho-mqtt is not installed")
    from support.broker import Broker

    monkeypatch.setattr("edge_lip.confirmation.answers.mqtt.RETRY", (1, 1))
    broker = Broker(tmp_path)
    answers = open_answers(f"mqtt://127.0.0.1:{broker.port}/lips", Talk().confirmation)
    told = ""

    def until(words: str) -> None:
        nonlocal told
        while words not in told:
            told += capsys.readouterr().err

    try:
        until("no broker answers there; trying again")
        broker.start()
        until("the broker is there again")
        broker.stop()
        until("the broker is gone")
    finally:
        answers.close()
        broker.stop()
    assert told.count("\n") == 3


def test_answers_through_a_broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("paho.mqtt", reason="paho-mqtt is not installed")
    from paho.mqtt.client import Client
    from paho.mqtt.enums import CallbackAPIVersion
    from support.broker import Broker

    monkeypatch.setattr("edge_lip.confirmation.answers.mqtt.RETRY", (1, 1))
    talk = Talk()
    broker = Broker(tmp_path)
    broker.start()
    remote = Client(CallbackAPIVersion.VERSION2)
    remote.connect("127.0.0.1", broker.port)
    remote.loop_start()

    def send(payload: str, retain: bool = False) -> None:
        remote.publish("bed/lips/answer", payload, 1, retain).wait_for_publish(60)

    send("yes", retain=True)  # of an earlier day
    talk.read("bin blue")
    answers = open_answers(f"mqtt://127.0.0.1:{broker.port}/bed/lips", talk.confirmation)
    try:
        while talk.confirmation.waiting:  # from when it listens, the broker's own first
            send("perhaps")
            send("no")
        assert talk.said() == []
        while not talk.said():  # some noes are still on their way
            talk.read("lay red")
            send("yes")
        assert set(talk.said()) == {"lay red"}
    finally:
        answers.close()
        remote.loop_stop()
        broker.stop()
