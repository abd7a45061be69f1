"""Who answers besides a page, by name."""

import re
from typing import TYPE_CHECKING, Protocol

from ...errors import UsageError
from ...system.needs import Needs, SpecEntry

if TYPE_CHECKING:
    from ..confirmation import Confirmation

ANSWERS = {
    "gpio": SpecEntry(
        "edge_lip.confirmation.answers.gpio:Gpio",
        "buttons",
        "gpio",
        spec="gpio:YES[,NO]",
        needs=Needs(devices=("char-gpiochip",), groups=("gpio",)),
    ),
    "mqtt": SpecEntry(
        "edge_lip.confirmation.answers.mqtt:Mqtt",
        "a broker",
        "mqtt",
        spec="mqtt://host/topic",
        needs=Needs(network=True),
    ),
}
"""Each is made from what stands behind the colon, and the confirmation that it answers."""


class Answering(Protocol):
    """Answers whatever waits, from when it is made."""

    def close(self) -> None:
        """Answer no more."""


def open_answers(spec: str, confirmation: "Confirmation") -> Answering:
    """Let what `spec` names answer, such as `gpio:5,6` or `mqtt://broker.local/lips`; close it.

    Raises `UsageError` where it names nothing, `TriggerError` or `SinkError` where it can't be had.
    """
    match = re.match(r"(\w+):", spec)
    if not match or match[1] not in ANSWERS:
        forms = " or ".join(entry.spec for entry in ANSWERS.values())
        raise UsageError(f"--confirm-by {spec} is nobody who answers: it is {forms}")
    made: Answering = ANSWERS[match[1]].load()(spec[match.end() :], confirmation)
    return made
