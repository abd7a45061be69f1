"""What an MQTT broker is told, so that Home Assistant finds the device and understands it.

Topics and fields are those of its MQTT discovery: https://www.home-assistant.io/integrations/mqtt/
"""

import json
import re
import unicodedata
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from .. import __version__
from ..events import Event
from .jsonlines import json_line

LONGEST = 255
"""Characters of a state in Home Assistant."""
STATUS = "homeassistant/status"
"""Where Home Assistant says that it is there and hears what is published, unless told otherwise."""
HERE, GONE = "online", "offline"
"""What is said there, and of the device."""
SHOWN = f"{{{{ value_json.text | truncate({LONGEST}, true, '…', 0) }}}}"
"""Of a longer text the beginning; the attributes have all of it."""
NEWS = ("final", "rejected")
"""Kinds of events that are moments in Home Assistant."""
FIELDS = ("text", "confidence", "words")
"""Of an event, what Home Assistant is told of it."""


@dataclass(frozen=True)
class Message:
    """What is published."""

    topic: str
    payload: str
    retain: bool = False
    """Whether the broker keeps it for those who come later. Nothing that was said is kept."""


@dataclass(frozen=True)
class Device:
    """What is introduced to Home Assistant."""

    topic: str
    """What its topics begin with."""
    name: str
    prefix: str
    """Where Home Assistant looks for devices."""
    id: str
    """Of ASCII letters, digits, _ and -, for no other topic the same."""
    page: str = ""
    """Its address, if it has one."""


def device_id(topic: str) -> str:
    """What the device of `topic` is called where Home Assistant allows little.

    One of letters and digits between slashes can be told from its name. All others have a part of
    a digest in it: what is left of them might be left of others, too.
    """
    if re.fullmatch(r"[A-Za-z0-9]+(/[A-Za-z0-9]+)*", topic):
        return former_id(topic)
    plain = unicodedata.normalize("NFKD", topic).encode("ascii", "ignore").decode()
    readable = re.sub(r"[^A-Za-z0-9]+", "_", f"edge lip {plain}").strip("_")
    return f"{readable[:48]}-{sha256(topic.encode()).hexdigest()[:8]}"


def former_id(topic: str) -> str:
    """What it was called at first; several topics may have the same."""
    return "edge_lip_" + re.sub(r"\W+", "_", topic)


def config_topic(prefix: str, device: str, component: str = "sensor", key: str = "text") -> str:
    """Where an entity is described."""
    return f"{prefix}/{component}/{device}/{key}/config"


def availability(topic: str, here: bool) -> Message:
    """Whether the device whose topics begin with `topic` is there."""
    return Message(f"{topic}/availability", HERE if here else GONE, retain=True)


def forgotten(topic: str) -> Message:
    """Nothing is kept of it any more."""
    return Message(f"{topic}/availability", "", retain=True)


def is_of(topic: str, config: str) -> bool:
    """Whether the description `config` of an entity, JSON, is of the device of `topic`."""
    try:
        return bool(json.loads(config)["availability_topic"] == f"{topic}/availability")
    except (ValueError, TypeError, KeyError):
        return False


def discovery(device: Device) -> list[Message]:
    """The device and all that it has in Home Assistant.

    What is a state has an availability. A moment has none: when the device comes back, what was
    long ago does not come back with it.
    """
    topic = device.topic
    about: dict[str, Any] = {
        "identifiers": [device.id],
        "name": device.name,
        "manufacturer": "edge-lip",
        "model": "Lip reader",
        "sw_version": __version__,
    }
    if device.page:
        about["configuration_url"] = device.page
    common = {
        "device": about,
        "origin": {"name": "edge-lip", "sw_version": __version__},
        "qos": 1,
    }
    state = {"availability_topic": f"{topic}/availability"}
    text = {
        "name": "Text",
        "icon": "mdi:message-text",
        # Of the same message: with two there would be the old text with the new confidence.
        "state_topic": f"{topic}/state",
        "value_template": SHOWN,
        "json_attributes_topic": f"{topic}/state",
        "force_update": True,  # the same words again are news
    }
    speaking = {
        "name": "Speaking",
        "icon": "mdi:account-voice",
        "state_topic": f"{topic}/speaking",
    }
    pairs = ", ".join(f"'{field}': value_json.{field}" for field in FIELDS)
    said = {
        "name": "Said",
        "icon": "mdi:message-flash",
        "state_topic": f"{topic}/event",
        "event_types": list(NEWS),
        "value_template": f"{{% if value_json.kind in {list(NEWS)} %}}"
        f"{{{{ {{'event_type': value_json.kind, {pairs}}} | to_json }}}}"
        "{% endif %}",
    }
    trigger = {
        "automation_type": "trigger",
        "type": "said",
        "subtype": "text",
        "topic": f"{topic}/text",
    }

    def entity(component: str, key: str, fields: dict[str, Any]) -> Message:
        config = {**fields, **common}
        if component != "device_automation":
            config["unique_id"] = f"{device.id}_{key}"
        where = config_topic(device.prefix, device.id, component, key)
        return Message(where, json.dumps(config), retain=True)

    return [
        entity("sensor", "text", text | state),
        entity("binary_sensor", "speaking", speaking | state),
        entity("event", "said", said),
        entity("device_automation", "said", trigger),
    ]


def nothing_said(topic: str) -> Message:
    """There is no text, or none any more."""
    return Message(f"{topic}/state", _state(Event("final")))


def presence(topic: str) -> list[Message]:
    """The device is there and nobody speaks. What was said before comes to nobody again."""
    return [Message(f"{topic}/speaking", "OFF"), nothing_said(topic), availability(topic, True)]


def states(topic: str, event: Event) -> list[Message]:
    """What changes with `event`, and the event itself."""
    messages = []
    if event.kind == "partial" and event.text:  # without, the lips may say nothing at all
        messages.append(Message(f"{topic}/speaking", "ON"))
    # A second face may come, and a bell be rung, while somebody goes on to speak.
    elif event.kind not in ("partial", "face", "bell"):
        messages.append(Message(f"{topic}/speaking", "OFF"))
    if event.kind == "final":
        # Before what automations wait for, so that they find it.
        messages.append(Message(f"{topic}/state", _state(event)))
        messages.append(Message(f"{topic}/text", event.text))
    return [*messages, Message(f"{topic}/event", json_line(event).rstrip())]


def _state(event: Event) -> str:
    plain = event.to_dict()
    return json.dumps({field: plain[field] for field in FIELDS}, ensure_ascii=False)
