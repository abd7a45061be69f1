"""Where events go: one module per output."""

from collections.abc import Callable

from ..events import Event
from ..system.needs import Needs, SpecEntry

Sink = Callable[[Event], None]
"""Takes one event after the other and shows, sends or stores it."""

__all__ = ["OUTPUTS", "Sink"]

OUTPUTS = {
    "mqtt": SpecEntry(
        "edge_lip.sinks.mqtt:Mqtt",
        "a broker",
        "mqtt",
        spec="mqtt://host/topic",
        needs=Needs(network=True),
    ),
    "command": SpecEntry(
        "edge_lip.sinks.command:Command",
        "a program",
        spec="command:PROGRAM",
        needs=Needs(anything=True),
    ),
    "speech": SpecEntry(
        "edge_lip.sinks.speech:Speech",
        "a voice",
        spec="speech",
        needs=Needs(devices=("char-alsa",), groups=("audio",)),
    ),
    "keyboard": SpecEntry(
        "edge_lip.sinks.keyboard:Keyboard",
        "a window",
        "keyboard",
        spec="keyboard",
        needs=Needs(devices=("/dev/uinput",), groups=("input",)),
    ),
    "jsonl": SpecEntry(
        "edge_lip.sinks.jsonfile:JsonFile", "a file", spec="jsonl:FILE", needs=Needs(file=True)
    ),
}
"""Those of `--to`, by the word that a spec begins with; each is made from what follows it and the
colon."""
