"""A broker, and what it is told: while it is there, while it is not, and afterwards."""

import json
import socket
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator
from math import inf
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

import pytest

from edge_lip.errors import SinkError, UsageError
from edge_lip.events import Event, SpokenWord
from edge_lip.sinks.homeassistant import Device, device_id, discovery, presence, states
from edge_lip.sinks.mqtt import Mqtt
from edge_lip.sinks.queued import Queued
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
    monkeypatch.setattr("edge_lip.sinks.mqtt.SETTLE", 0.0)
    monkeypatch.setattr("edge_lip.sinks.mqtt.RETURN", 0.0)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has lost the broker waits for Home Assistant to come back, however long."""
    monkeypatch.setattr("edge_lip.sinks.mqtt.RETURN", PATIENCE)


def say(text: str) -> Event:
    return Event("final", text=text)


def texts(listener: Listener, topic: str = "lips/state") -> list[str]:
    return [json.loads(state)["text"] for state in listener.of(topic)]


def test_home_assistant_finds_the_device_and_follows_it(broker: Broker) -> None:
    with Listener(broker.port) as listener:
        sink = open_sink(f"mqtt://127.0.0.1:{broker.port}/home/lips?name=Bedside")
        sink(Event("partial", text="bin"))
        sink(SAID)
        sink(Event("rejected"))
        sink.close()
        listener.wait("home/lips/availability", "online", "offline")
    assert listener.of("home/lips/speaking") == ["OFF", "ON", "OFF", "OFF"]
    assert listener.of("home/lips/text") == ["bin blue"]
    assert texts(listener, "home/lips/state") == ["", "bin blue"]
    state = json.loads(listener.of("home/lips/state")[-1])
    assert state["confidence"] == 0.9 and state["words"][0]["text"] == "bin"
    kinds = [json.loads(event)["kind"] for event in listener.of("home/lips/event")]
    assert kinds == ["partial", "final", "rejected"]
    assert all(message.qos == 1 for message in listener.heard)

    with Listener(broker.port) as late:
        late.wait("home/lips/availability", "offline")
    kept = {message.topic: message.payload for message in late.heard}
    described = {topic for topic in kept if topic.endswith("/config")}
    assert set(kept) - described == {"home/lips/availability"}  # nothing that was said
    assert described == {
        f"homeassistant/{entity}/config"
        for entity in (
            "sensor/edge_lip_home_lips/text",
            "binary_sensor/edge_lip_home_lips/speaking",
            "event/edge_lip_home_lips/said",
            "device_automation/edge_lip_home_lips/said",
        )
    }
    for topic in described:
        device = json.loads(kept[topic])["device"]
        assert device["name"] == "Bedside" and device["manufacturer"] == "edge-lip"


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
    gone = (
        f"edge-lip: {name}: the broker is gone; trying again, the last 100 events are kept for 30 s"
    )
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
import math, os
from edge_lip.events import Event
from edge_lip.sinks.mqtt import Mqtt
Mqtt("//127.0.0.1:{broker.port}/lips?discovery=0").deliver(Event("final", "a"), math.inf)
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
        ("mqtt://host/what?", "no place to publish"),
        ("mqtt://host/li\x00ps", "no place to publish"),
        ("mqtt://host/li\nps", "no place to publish"),
        ("mqtt://host/li%00ps", "characters that can't be seen"),
        ("mqtt://host/lips/+/a", "topic has no \\+ and #"),
        ("mqtt://host/lips%23", "topic has no \\+ and #"),
        ("mqtt://host/$SYS/lips", "topic begins with no \\$"),
        ("mqtt://host/" + "客厅" * 40, "topic has at most 200 bytes"),
        ("mqtt://host/lips?discovery=", "discovery can't be empty"),
        ("mqtt://host/lips?discovery=a+", "discovery has no \\+ and #"),
        ("mqtt://host/lips?name= ", "name is a name"),
        ("mqtt://host/lips?expire=-1", "expire is a number from 0"),
        ("mqtt://host:port/topic", "no such host or port"),
        ("mqtt://h..ost/topic", "no such host or port"),
        ("mqtt://host/topic?keep=0", "keep is a number from 1"),
        ("mqtt://host/topic?password=secret", "only name, discovery, keep, expire, clear"),
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
    device = Device("a/b", "Lips", "ha", device_id("a/b"))
    configs = [json.loads(message.payload) for message in discovery(device)]
    entities = [config for config in configs if "unique_id" in config]
    assert len({config["unique_id"] for config in entities}) == len(entities) == 3
    assert {config["device"]["identifiers"][0] for config in configs} == {"edge_lip_a_b"}
    published = {message.topic for message in [*states("a/b", SAID), *presence("a/b")]}
    named = {config[key] for config in configs for key in config if key.endswith("topic")}
    assert named <= published
    assert not any(message.retain for message in states("a/b", SAID))


@pytest.mark.parametrize(
    ("topic", "known"), [("lips", "edge_lip_lips"), ("Home/bed2/lips", "edge_lip_Home_bed2_lips")]
)
def test_a_plain_topic_keeps_its_name(topic: str, known: str) -> None:
    assert device_id(topic) == known


def test_every_topic_has_a_name_of_its_own_that_home_assistant_takes() -> None:
    topics = ["lips", "lips/a/b", "lips_a/b", "lips/a_b", "lips_a_b", "lips-a/b", "lips//a/b"]
    topics += ["küche/lips", "kuche/lips", "kuche_lips", "k_che/lips", "客厅/lips", "卧室/lips"]
    topics += ["salón/lips", "Lips", "a lips", "客厅", "卧室", "lips/a/b/", "lips" * 40 + "_"]
    topics += [unicodedata.normalize("NFD", topic) for topic in ("küche/lips", "salón/lips")]
    names = [device_id(topic) for topic in topics]
    assert len(set(names)) == len(topics)
    plain = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
    assert all(set(name) <= plain and len(name) < 100 for name in names)


@pytest.mark.parametrize("typed", ["küche/lips", "k%C3%BCche/lips"])
def test_a_topic_is_published_at_as_it_was_meant(typed: str, broker: Broker) -> None:
    with Listener(broker.port) as listener:
        sink = open_sink(f"mqtt://127.0.0.1:{broker.port}/{typed}")
        sink(SAID)
        listener.wait("küche/lips/text", "bin blue")
        sink.close()
    configs = [m.topic for m in listener.heard if m.topic.startswith("homeassistant/")]
    assert len(configs) == 4 and all(topic.isascii() for topic in configs)


def test_who_is_known_by_the_former_name_keeps_it(broker: Broker) -> None:
    def known_as(topic: str) -> str:
        with Listener(broker.port) as listener:
            sink = open_sink(f"mqtt://127.0.0.1:{broker.port}/{topic}")
            listener.wait(f"{topic}/availability", "online")
            sink.close()
        said = [m.topic.split("/")[2] for m in listener.heard if "/sensor/" in m.topic]
        return said[-1]

    former = "homeassistant/sensor/edge_lip_living_room_lips/text/config"
    broker.publish(former, json.dumps({"availability_topic": "living_room/lips/availability"}))
    assert known_as("living_room/lips") == "edge_lip_living_room_lips"
    assert known_as("living/room_lips").startswith("edge_lip_living_room_lips-")


def test_whoever_comes_back_has_said_nothing(broker: Broker) -> None:
    with Listener(broker.port) as listener:
        sink = open_sink(f"mqtt://127.0.0.1:{broker.port}/lips")
        listener.wait("lips/availability", "online")
        sink.close()
    said = [m.topic for m in listener.heard if m.topic.startswith("lips/")]
    assert said[:3] == ["lips/speaking", "lips/state", "lips/availability"]
    assert (listener.of("lips/speaking"), texts(listener)) == (["OFF"], [""])


def test_a_text_is_over_after_a_while(broker: Broker) -> None:
    with Listener(broker.port) as listener:
        sink = open_sink(f"mqtt://127.0.0.1:{broker.port}/lips?clear=0.05")
        sink(SAID)
        listener.until(lambda: texts(listener) == ["", "bin blue", ""])
        sink.close()
    assert listener.of("lips/text") == ["bin blue"]  # nothing empty


def test_lips_that_move_without_a_text_do_not_speak() -> None:
    assert [m.topic for m in states("lips", Event("partial"))] == ["lips/event"]


def test_what_waits_for_the_broker_waits_for_home_assistant_too(
    broker: Broker, patient: None
) -> None:
    sink = open_sink(f"mqtt://127.0.0.1:{broker.port}/lips")
    with Listener(broker.port) as listener:
        sink(say("before"))
        listener.wait("lips/text", "before")
    broker.stop()
    sink(say("while"))
    broker.start()
    with Listener(broker.port) as listener:
        listener.until(lambda: any("/sensor/" in m.topic for m in listener.heard))
        assert not listener.of("lips/text")
        assert not [m for m in listener.heard if m.topic.startswith("lips/")]
        broker.publish("homeassistant/status", "online", retain=False)
        listener.wait("lips/text", "while")
        sink.close()
    assert listener.of("lips/availability")[0] == "online" and texts(listener) == ["", "while"]


def test_while_home_assistant_is_away_texts_wait(
    broker: Broker, patient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Listener(broker.port) as listener:
        output = Mqtt(f"//127.0.0.1:{broker.port}/lips")
        sink = Queued(output)
        sink(say("before"))
        listener.wait("lips/text", "before")
        monkeypatch.setattr("edge_lip.sinks.mqtt.SETTLE", PATIENCE)
        broker.publish("homeassistant/status", "offline", retain=False)
        while not output.settles_in():
            time.sleep(0.01)
        sink(say("while"))
        broker.publish("homeassistant/status", "online", retain=False)
        listener.wait("lips/text", "before", "while")
        sink.close()
    assert texts(listener) == ["", "before", "", "while"]


def test_what_nobody_took_in_time_is_not_said_later(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge_lip.sinks.mqtt.SETTLE", PATIENCE)
    output = Mqtt(f"//127.0.0.1:{broker.port}/lips")
    with pytest.raises(SinkError, match="said more than 30 s ago is not delivered"):
        output.deliver(SAID, -inf)
    output.close()


class Silent:
    """A broker that takes everything and acknowledges nothing, and then hangs up."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self.heard: SimpleQueue[bytes] = SimpleQueue()
        self.accept()

    def accept(self) -> None:
        Thread(target=self._serve, daemon=True).start()

    def hang_up(self) -> None:
        self._connection.shutdown(socket.SHUT_RDWR)

    def wait_for(self, text: bytes) -> bytes:
        """All that was said since the last time, up to `text`."""
        said = b""
        while text not in said:
            said += self.heard.get(timeout=PATIENCE)
        return said

    def _serve(self) -> None:
        self._connection, _ = self._server.accept()
        with self._connection as connection:
            connection.recv(4096)
            connection.sendall(b"\x20\x02\x00\x00")
            while said := connection.recv(4096):
                self.heard.put(said)


def test_what_the_broker_did_not_acknowledge_is_not_sent_again_when_it_is_old(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = 0.0
    for room in ("queued", "mqtt"):
        monkeypatch.setattr(f"edge_lip.sinks.{room}.now", lambda: clock)
    broker = Silent()
    sink = open_sink(f"mqtt://127.0.0.1:{broker.port}/lips?discovery=0")
    sink(say("lights on"))
    broker.wait_for(b'"lights on"')
    clock = 3600.0
    broker.hang_up()
    broker.accept()
    sink(say("door open"))
    assert b"lights on" not in broker.wait_for(b'"door open"')
    monkeypatch.setattr("edge_lip.sinks.mqtt.GOODBYE", 0.0)
    monkeypatch.setattr("edge_lip.sinks.queued.FLUSH", 0.0)
    sink.close()


def test_two_at_one_topic_are_told_and_one_stays_when_the_other_leaves(
    broker: Broker, capsys: Captured
) -> None:
    spec = f"mqtt://127.0.0.1:{broker.port}/lips"
    with Listener(broker.port) as listener:
        first = open_sink(spec)
        listener.wait("lips/availability", "online")
        second = open_sink(spec)
        listener.wait("lips/availability", "online", "online")
        second.close()
        listener.wait("lips/availability", "online", "online", "offline", "online")
        third = open_sink(spec)
        listener.wait("lips/availability", "offline", "online", "online")
        third.close()
        listener.wait("lips/availability", "online", "online", "offline", "online")
        first.close()
    told = f"edge-lip: {spec}: another edge-lip publishes there: give each a topic of its own\n"
    assert capsys.readouterr().err == told


def test_who_is_removed_leaves_nothing_behind(broker: Broker) -> None:
    with Listener(broker.port) as listener:
        sink = open_sink(f"mqtt://127.0.0.1:{broker.port}/lips")
        listener.wait("lips/availability", "online")
        for topic in {m.topic for m in listener.heard if m.topic.endswith("/config")}:
            broker.publish(topic, "")  # as Home Assistant does
        listener.wait("lips/availability", "online", "")
        sink(SAID)
        listener.wait("lips/text", "bin blue")  # for all others
        sink.close()
    with Listener(broker.port) as late:
        broker.publish("end", ".")
        late.wait("end", ".")
    assert [m.topic for m in late.heard] == ["end"]


def test_the_device_tells_where_its_page_is(broker: Broker) -> None:
    with Listener(broker.port) as listener:
        sink = open_sink(f"mqtt://127.0.0.1:{broker.port}/lips")
        sink.link("http://lips.local:8080/")
        listener.wait("lips/availability", "online")
        topic = "homeassistant/sensor/edge_lip_lips/text/config"
        listener.until(lambda: "configuration_url" in listener.of(topic)[-1])
        sink.close()
    config = json.loads(listener.of(topic)[-1])
    assert config["device"]["configuration_url"] == "http://lips.local:8080/"
