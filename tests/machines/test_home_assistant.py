"""A real Home Assistant with a real broker: what becomes of what is said (`make
test-home-assistant`)."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge_lip.events import Event, SpokenWord
from edge_lip.sinks.queued import Queued
from edge_lip.sinks.specs import open_sink

HASS = os.environ.get("HASS")
if not HASS:
    pytest.skip(
        "needs Home Assistant, which wants an environment of its own: make test-home-assistant",
        allow_module_level=True,
    )

pytest.importorskip("paho.mqtt", reason="paho-mqtt is not installed")
from support.broker import Broker, Listener  # noqa: E402 (needs paho-mqtt)
from support.home_assistant import HomeAssistant  # noqa: E402

WORDS = "lights on"
RULES: dict[str, dict[str, Any]] = {
    "sensor": {"trigger": {"platform": "state", "entity_id": "sensor.lips_text", "to": WORDS}},
    "speaking": {
        "trigger": {"platform": "state", "entity_id": "binary_sensor.lips_speaking", "to": "on"}
    },
    "event": {
        "trigger": {
            "platform": "state",
            "entity_id": "event.lips_said",
            "not_from": ["unavailable"],
            "not_to": ["unavailable", "unknown"],
        },
        "condition": f"{{{{ trigger.to_state.attributes.text == '{WORDS}' }}}}",
    },
    "mqtt": {"trigger": {"platform": "mqtt", "topic": "lips/text", "payload": WORDS}},
}
"""As in docs/outputs.md."""
ALL = sorted(RULES)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    broker = Broker(tmp_path_factory.mktemp("broker"))
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture(scope="module")
def home(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HomeAssistant]:
    assert HASS
    home = HomeAssistant(Path(HASS), tmp_path_factory.mktemp("home") / "config")
    home.start()
    home.join(broker.port)
    home.automate(RULES)
    home.ask("call_service", domain="automation", service="reload")
    with Listener(broker.port) as listener:
        listener.wait("homeassistant/status", "online")
    yield home
    home.stop()


@pytest.fixture
def spec(broker: Broker) -> str:
    return f"mqtt://127.0.0.1:{broker.port}/lips"


def say(sink: Queued, text: str = WORDS, confidence: float = 0.9) -> None:
    sink(Event("partial", text=text[:4]))
    sink(Event("final", text, confidence, (SpokenWord(text, confidence, 0, 1),)))


def ran(home: HomeAssistant) -> list[str]:
    return sorted(home.runs)


def forget(home: HomeAssistant) -> None:
    home.changes.clear()
    home.runs.clear()


def state(home: HomeAssistant, entity: str = "sensor.lips_text") -> str | None:
    return home.states().get(entity, {}).get("state")


def test_the_first_text_of_a_new_device_arrives(home: HomeAssistant, spec: str) -> None:
    sink = open_sink(spec)
    say(sink)
    sink.close()
    home.wait(lambda: ran(home) == ALL)
    home.wait(lambda: home.went_through("sensor.lips_text")[-1] == "unavailable")
    assert home.went_through("sensor.lips_text")[-3:] == ["", WORDS, "unavailable"]


@pytest.fixture
def sink(home: HomeAssistant, spec: str) -> Iterator[Queued]:
    """Lips that Home Assistant knows, and that have said `WORDS` a moment ago."""
    sink = open_sink(f"{spec}?clear=3600")
    forget(home)
    say(sink)
    home.wait(lambda: ran(home) == ALL)
    forget(home)
    yield sink
    sink.close()


def test_the_same_words_again_are_a_moment_and_no_other_state(
    home: HomeAssistant, sink: Queued
) -> None:
    say(sink, confidence=0.5)
    home.wait(lambda: ran(home) == ["event", "mqtt", "speaking"])
    sink(Event("final", "done"))
    home.wait(lambda: home.went_through("sensor.lips_text") == [WORDS, "done"])
    changes = [new for entity, _, new in home.changes if entity == "sensor.lips_text" and new]
    assert [new["attributes"]["confidence"] for new in changes] == [0.5, 0.0]
    assert ran(home) == ["event", "mqtt", "speaking"]


def test_a_text_is_over_after_a_while(home: HomeAssistant, spec: str, sink: Queued) -> None:
    sink.close()
    again = open_sink(f"{spec}?clear=0.5")
    say(again)
    home.wait(lambda: home.went_through("sensor.lips_text")[-2:] == [WORDS, ""])
    again.close()


def test_a_start_says_nothing(home: HomeAssistant, broker: Broker, spec: str, sink: Queued) -> None:
    sink.close()
    again = open_sink(spec)
    home.wait(lambda: home.went_through("sensor.lips_text")[-1:] == [""])
    again(Event("final", "done"))
    home.wait(lambda: state(home) == "done")
    again.close()
    assert not home.runs


def test_who_was_killed_while_speaking_does_not_speak(
    home: HomeAssistant, broker: Broker, sink: Queued, spec: str
) -> None:
    code = f"""
import math, os
from edge_lip.events import Event
from edge_lip.sinks.mqtt import Mqtt
Mqtt("{spec.removeprefix("mqtt:")}").deliver(Event("partial", "{WORDS}"), math.inf)
os._exit(1)
"""
    sink.close()
    forget(home)
    subprocess.run([sys.executable, "-c", code], check=False)
    home.wait(
        lambda: home.went_through("binary_sensor.lips_speaking")[-2:] == ["on", "unavailable"]
    )
    forget(home)
    again = open_sink(spec)
    home.wait(lambda: home.went_through("sensor.lips_text")[-1:] == [""])
    again.close()
    assert "on" not in home.went_through("binary_sensor.lips_speaking")
    assert not home.runs


def test_a_broker_that_restarts_says_nothing_and_loses_nothing(
    home: HomeAssistant, broker: Broker, sink: Queued
) -> None:
    broker.stop()
    home.wait(lambda: state(home) == "unavailable")
    broker.start()
    home.wait(lambda: state(home) == "")
    assert not home.runs
    broker.stop()
    say(sink)
    broker.start()
    home.wait(lambda: ran(home) == ALL)
    assert home.went_through("sensor.lips_text")[-2:] == ["", WORDS]


def test_a_broker_that_lost_its_power_says_nothing(
    home: HomeAssistant, broker: Broker, sink: Queued, spec: str
) -> None:
    sink.close()
    again = open_sink(f"{spec}?clear=0.5")
    say(again)
    home.wait(lambda: home.went_through("sensor.lips_text")[-2:] == [WORDS, ""])
    forget(home)
    broker.stop(kill=True)
    home.wait(lambda: state(home) == "unavailable")
    broker.start()
    home.wait(lambda: state(home) == "")
    again.close()
    assert not home.runs


def test_home_assistant_that_restarts_says_nothing_and_loses_nothing(
    home: HomeAssistant, sink: Queued
) -> None:
    home.stop()
    home.start()
    home.wait(lambda: state(home) == "")
    assert not home.runs
    home.stop()
    forget(home)
    say(sink)
    home.start()
    home.wait(lambda: ran(home) == ALL)


def test_a_long_text_is_whole_in_the_attributes(home: HomeAssistant, sink: Queued) -> None:
    text = "ä" * 256
    say(sink, text)
    home.wait(lambda: home.went_through("event.lips_said"))
    said = home.states()["sensor.lips_text"]
    assert said["state"] == "ä" * 254 + "…"
    assert said["attributes"]["text"] == text
    event = home.states()["event.lips_said"]
    assert (event["attributes"]["text"], event["attributes"]["event_type"]) == (text, "final")


@pytest.mark.parametrize("text", ['a "quoted" {{ 1 / 0 }}\n{% text %}', "客厅 'x'", "1", "[1]"])
def test_a_text_is_what_it_is(text: str, home: HomeAssistant, sink: Queued) -> None:
    say(sink, text)
    home.wait(lambda: home.went_through("event.lips_said"))
    assert state(home) == text
    assert home.states()["event.lips_said"]["attributes"]["text"] == text


def test_every_topic_is_a_device_of_its_own(home: HomeAssistant, broker: Broker) -> None:
    topics = {
        "küche/lips": "Küche",
        "客厅/lips": "客厅",
        "lips_a/b": '{{ "One" }}',
        "lips/a_b": "2",
    }
    sinks = [
        open_sink(f"mqtt://127.0.0.1:{broker.port}/{topic}?name={name}")
        for topic, name in topics.items()
    ]
    for sink in sinks:
        say(sink)
        sink.close()
    devices = home.ask("config/device_registry/list")
    named = {device["name"]: device for device in devices}
    assert set(topics.values()) <= set(named)
    assert "illegal discovery topic" not in home.log()
    entities = home.ask("config/entity_registry/list")
    for name in topics.values():
        of = {
            e["entity_id"].partition(".")[0]
            for e in entities
            if e["device_id"] == named[name]["id"]
        }
        assert of == {"sensor", "binary_sensor", "event"}


def test_a_device_says_what_it_is_and_leaves_nothing_when_it_is_removed(
    home: HomeAssistant, broker: Broker, sink: Queued
) -> None:
    sink.link("http://127.0.0.1:8080/")
    say(sink)
    home.wait(lambda: "mqtt" in home.runs)
    devices = home.ask("config/device_registry/list")
    (device,) = (device for device in devices if device["name"] == "Lips")
    assert (device["manufacturer"], device["model"]) == ("edge-lip", "Lip reader")
    assert device["configuration_url"] == "http://127.0.0.1:8080/"
    triggers = home.ask("device_automation/trigger/list", device_id=device["id"])
    assert {"said"} <= {trigger.get("type") for trigger in triggers}
    (entry,) = device["config_entries"]
    with Listener(broker.port) as listener:
        home.ask(
            "config/device_registry/remove_config_entry",
            device_id=device["id"],
            config_entry_id=entry,
        )
        listener.wait("lips/availability", "online", "")
    sink.close()
    with Listener(broker.port) as late:
        broker.publish("end", ".")
        late.wait("end", ".")
    kept = [m.topic for m in late.heard if "lips/" in f"{m.topic}/" and m.topic != "end"]
    assert not [t for t in kept if t.startswith("lips/av") or "/edge_lip_lips/" in t]
