"""What begins and ends an utterance, by name."""

from collections.abc import Callable

from ...errors import UsageError
from .always import Always
from .auto import Auto
from .gpio import Gpio
from .key import Key
from .trigger import Trigger

__all__ = ["TRIGGERS", "Trigger", "make_trigger"]

TRIGGERS: dict[str, Callable[[str], Trigger]] = {
    "auto": lambda spec: _plain(Auto(), spec),
    "always": lambda spec: _plain(Always(), spec),
    "key": Key,
    "gpio": Gpio,
}
"""Each is made from what stands behind the colon."""


def make_trigger(spec: str) -> Trigger:
    """The trigger that `spec` names, such as `auto` or `gpio:17`.

    Raises `UsageError` for an unknown one, `TriggerError` where it can't be had.
    """
    name, _, rest = spec.partition(":")
    if name not in TRIGGERS:
        raise UsageError(f"no trigger is called {name!r}; there are: {', '.join(TRIGGERS)}")
    return TRIGGERS[name](rest)


def _plain(trigger: Trigger, spec: str) -> Trigger:
    if spec:
        raise UsageError(f"auto and always take no {spec!r}")
    return trigger
