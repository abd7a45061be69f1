"""A broker, and what it is told: while it is there, while it is not, and afterwards."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge_lip.errors import SinkError, UsageError
from edge_lip.events import Event, SpokenWord
from edge_lip.sinks.homeassistant import discovery, states
from edge_lip.sinks.specs import open_sink

pytest.importorskip("paho.mqtt", reason="paho-mqtt is not installed")
from support.broker import PATIENCE, Broker, Listener  # noqa: E402 (needs paho-mqtt)

Captured = pytest.CaptureFixture[str]
SAID = Event("final", "bin blue", 0.9, (SpokenWord("bin", 0.8, 0.1, 0.4),))


@pytest.fixture
def stopped(tmp_path: Path) -> Iterator[Broker]:
    """A broker that is not there yet."""
    broker = Broker(tmp_path)
    yield broker
    broker.stop()


@pytest.fixture
def broker(stopped: Broker) -> Broker:
    stopped.start()
    return stopped


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge_lip.sinks.mqtt.RETRY", (1, 1))
    monkeypatch.setattr("edge_lip.sinks.mqtt.GOODBYE", PATIENCE)


def say(text: str) -> Event:
    return Event("final", text=text)


def test_home_assistant_finds_the_device_and_follows_it(broker: Broker) -> None:
    with Listener(broker.port) as listener:
        sink = open_sink(f"mqtt://127.0.0.1:{broker.port}/home/lips?name=Bedside")
        sink(Event("partial", text="bin"))
        sink(SAID)
        sink(Event("rejected"))
        sink.close()
        listener.wait("home/lips/availability", "online", "offline")
    assert listener.of("home/lips/speaking") == ["ON", "OFF", "OFF"]
    assert listener.of("home/lips/text") == ["bin blue"]
    attributes = json.loads(listener.of("home/lips/attributes")[0])
    assert attributes["confidence"] == 0.9 and attributes["words"][0]["text"] == "bin"
    kinds = [json.loads(event)["kind"] for event in listener.of("home/lips/event")]
    assert kinds == ["partial", "final", "rejected"]
    assert all(message.qos == 1 for message in listener.heard)

    with Listener(broker.port) as late:
        late.wait("home/lips/availability", "offline")
    kept = {message.topic: message.payload for message in late.heard}
    sensor = "homeassistant/sensor/edge_lip_home_lips/text/config"
    speaking = "homeassistant/binary_sensor/edge_lip_home_lips/speaking/config"
    assert set(kept) == {sensor, speaking, "home/lips/availability"}  # nothing that was said
    assert json.loads(kept[sensor])["device"]["name"] == "Bedside"


def test_events_wait_for_a_broker_that_is_not_there_yet(stopped: Broker, capsys: Captured) -> None:
    name = f"mqtt://127.0.0.1:{stopped.port}/lips"
    sink = open_sink(f"{name}?keep=3&discovery=0")
    for number in range(10):
        sink(say(str(number)))
    stopped.start()
    with Listener(stopped.port) as listener:
        listener.wait("lips/text", "7", "8", "9")
        sink.close()
    assert len(listener.of("lips/text")) <= 4  # and the one that was about to be sent
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith(f"edge-lip: {name}: ")
    assert sum("no broker answers there" in line for line in told) <= 1
    assert sum("3 events wait, older ones are dropped" in line for line in told) == 1
    assert told[-1] in [f"edge-lip: {name}: {lost} events were lost" for lost in (6, 7)]


def test_a_broker_that_comes_back_gets_what_it_missed(broker: Broker, capsys: Captured) -> None:
    name = f"mqtt://127.0.0.1:{broker.port}/lips"
    sink = open_sink(name)
    with Listener(broker.port) as listener:
        sink(say("before"))
        listener.wait("lips/text", "before")
    broker.stop()
    for text in ("while", "away"):
        sink(say(text))
    broker.start()
    with Listener(broker.port) as listener:
        listener.wait("lips/text", "while", "away")
        listener.wait("lips/availability", "online")  # again: the broker has forgotten everything
        assert [topic for topic in (m.topic for m in listener.heard) if "/sensor/" in topic]
        sink.close()
    told = capsys.readouterr().err.splitlines()
    gone = f"edge-lip: {name}: the broker is gone; trying again, the last 100 events are kept"
    assert told == [gone, f"edge-lip: {name}: the broker is there again"]


def test_the_end_does_not_wait_for_a_broker(
    stopped: Broker, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr("edge_lip.sinks.queued.FLUSH", 0.0)
    sink = open_sink(f"mqtt://127.0.0.1:{stopped.port}/lips")
    for text in "abc":
        sink(say(text))
    sink.close()
    assert capsys.readouterr().err.endswith(": 3 events were lost\n")


def test_who_is_gone_without_a_word_is_offline(broker: Broker) -> None:
    code = f"""
import os
from edge_lip.events import Event
from edge_lip.sinks.mqtt import Mqtt
Mqtt("//127.0.0.1:{broker.port}/lips").deliver(Event("final"))
os._exit(1)
"""
    with Listener(broker.port) as listener:
        subprocess.run([sys.executable, "-c", code], check=False)
        listener.wait("lips/availability", "online", "offline")


@pytest.mark.parametrize("where", ["environment", "file"])
def test_the_password_is_not_on_the_command_line(
    where: str, stopped: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    stopped.start("lips", "se:cret")
    spec = f"mqtt://lips@127.0.0.1:{stopped.port}/lips"
    if where == "environment":
        monkeypatch.setenv("EDGE_LIP_MQTT_PASSWORD", "se:cret")
    else:
        (tmp_path / "password").write_text("se:cret\n")
        spec += f"?password_file={tmp_path}/password"
    sink = open_sink(spec)
    sink(SAID)
    sink.close()
    assert capsys.readouterr() == ("", "")


def test_a_wrong_password_is_told_once_and_nothing_of_it(
    stopped: Broker, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    stopped.start("lips", "secret")
    monkeypatch.setenv("EDGE_LIP_MQTT_PASSWORD", "guess")
    monkeypatch.setattr("edge_lip.sinks.queued.FLUSH", 0.0)
    sink = open_sink(f"mqtt://lips@127.0.0.1:{stopped.port}/lips")
    sink(SAID)
    for _ in range(2):
        stopped.wait_for("not authorised")
    sink.close()
    told = capsys.readouterr().err
    assert told.count("the broker refuses the connection: Not authorized; trying again") == 1
    assert "guess" not in told and told.count("\n") == 2


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("mqtt://lips:secret@host/topic", "EDGE_LIP_MQTT_PASSWORD"),
        ("mqtt://host", "no place to publish"),
        ("mqtt://host/", "no place to publish"),
        ("mqtt:///topic", "no place to publish"),
        ("mqtt:host/topic", "no place to publish"),
        ("mqtt://host/lips/#", "no place to publish"),
        ("mqtt://host:port/topic", "no such host or port"),
        ("mqtt://h..ost/topic", "no such host or port"),
        ("mqtt://host/topic?keep=0", "keep is a number from 1"),
        ("mqtt://host/topic?password=secret", "only name, discovery, keep, password_file"),
    ],
)
def test_what_is_no_address_is_said_at_once(spec: str, told: str) -> None:
    with pytest.raises(UsageError, match=told) as caught:
        open_sink(spec)
    assert "secret" not in str(caught.value)


def test_a_password_that_can_not_be_read_is_an_error() -> None:
    with pytest.raises(SinkError, match="password in nowhere"):
        open_sink("mqtt://lips@host/topic?password_file=nowhere")


def test_without_paho_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "paho.mqtt.client", None)
    with pytest.raises(SinkError, match=r"pip install 'edge-lip\[mqtt\]'"):
        open_sink("mqtt://host/topic")


def test_entities_are_of_one_device_and_known_by_their_topics() -> None:
    configs = [json.loads(message.payload) for message in discovery("a/b", "ha", "Lips")]
    assert len({config["unique_id"] for config in configs}) == 2
    assert {config["device"]["identifiers"][0] for config in configs} == {"edge_lip_a_b"}
    published = {message.topic for message in states("a/b", SAID)}
    named = {config[key] for config in configs for key in config if key.endswith("_topic")}
    assert named - published == {"a/b/availability"}
    assert not any(message.retain for message in states("a/b", SAID))


def test_a_state_is_no_longer_than_home_assistant_takes() -> None:
    texts = [m.payload for m in states("a", say("x" * 300)) if m.topic == "a/text"]
    assert texts == ["x" * 255]
