"""What an MQTT broker is told, so that Home Assistant finds the device and understands it.

Topics and fields are those of its MQTT discovery: https://www.home-assistant.io/integrations/mqtt/
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from .. import __version__
from ..events import Event
from .jsonlines import json_line

LONGEST = 255
"""Characters of a state in Home Assistant."""


@dataclass(frozen=True)
class Message:
    """What is published."""

    topic: str
    payload: str
    retain: bool = False
    """Whether the broker keeps it for those who come later. Nothing that was said is kept."""


def availability(topic: str, here: bool) -> Message:
    """Whether the device whose topics begin with `topic` is there."""
    return Message(f"{topic}/availability", "online" if here else "offline", retain=True)


def discovery(topic: str, prefix: str, name: str) -> list[Message]:
    """The device `name` and its entities, for a Home Assistant that looks below `prefix`."""
    device = "edge_lip_" + re.sub(r"\W+", "_", topic)
    common = {
        "availability_topic": f"{topic}/availability",
        "device": {"identifiers": [device], "name": name, "sw_version": __version__},
        "origin": {"name": "edge-lip", "sw_version": __version__},
        "qos": 1,
    }
    text = {
        "name": "Text",
        "icon": "mdi:message-text",
        "state_topic": f"{topic}/text",
        "json_attributes_topic": f"{topic}/attributes",
        "force_update": True,  # the same words again are news
    }
    speaking = {
        "name": "Speaking",
        "icon": "mdi:account-voice",
        "state_topic": f"{topic}/speaking",
    }

    def entity(component: str, key: str, fields: dict[str, Any]) -> Message:
        config = {**fields, **common, "unique_id": f"{device}_{key}"}
        return Message(f"{prefix}/{component}/{device}/{key}/config", json.dumps(config), True)

    return [entity("sensor", "text", text), entity("binary_sensor", "speaking", speaking)]


def states(topic: str, event: Event) -> list[Message]:
    """What changes with `event`, and the event itself."""
    messages = [Message(f"{topic}/event", json_line(event).rstrip())]
    # A second face may come, and a bell be rung, while somebody goes on to speak.
    if event.kind not in ("face", "bell"):
        speaking = "ON" if event.kind == "partial" else "OFF"
        messages.append(Message(f"{topic}/speaking", speaking))
    if event.kind == "final":
        plain = event.to_dict()
        attributes = json.dumps({key: plain[key] for key in ("confidence", "words")})
        # Before the text, whose change is what automations wait for.
        messages.append(Message(f"{topic}/attributes", attributes))
        messages.append(Message(f"{topic}/text", event.text[:LONGEST]))
    return messages
