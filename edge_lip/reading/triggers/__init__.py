"""What begins and ends an utterance, by name."""

from typing import TYPE_CHECKING

from ...registry import find
from ...system.needs import Needs, SpecEntry

if TYPE_CHECKING:
    from .trigger import Trigger

TRIGGERS = {
    "auto": SpecEntry("edge_lip.reading.triggers.auto:Auto", "the lips", spec="auto"),
    "always": SpecEntry("edge_lip.reading.triggers.always:Always", "the face alone", spec="always"),
    "key": SpecEntry("edge_lip.reading.triggers.key:Key", "the space bar", spec="key"),
    "gpio": SpecEntry(
        "edge_lip.reading.triggers.gpio:Gpio",
        "a button",
        "gpio",
        spec="gpio:PIN",
        needs=Needs(devices=("char-gpiochip",), groups=("gpio",)),
    ),
}
"""Each is made from what stands behind the colon."""


def make_trigger(spec: str) -> "Trigger":
    """The trigger that `spec` names, such as `auto` or `gpio:17`.

    Raises `UsageError` for an unknown one, `TriggerError` where it can't be had.
    """
    name, _, rest = spec.partition(":")
    trigger: Trigger = find(TRIGGERS, name, "no trigger is called").load()(rest)
    return trigger
