"""What a service has to be allowed, by what it is set to read and to write."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...confirmation.answers import ANSWERS
from ...errors import UsageError
from ...reading.triggers import TRIGGERS
from ...sinks import OUTPUTS
from ...system.needs import Needs
from ...web.gate import parse_address

NETWORK = Needs(network=True)
EDGETPU = Needs(devices=("char-usb_device", "char-apex"), groups=("plugdev",))
"""As libedgetpu's udev rules have it, for sticks (debian/edgetpu-accelerator.rules); cards belong
to a group that their owner makes."""


def needs_of(settings: Mapping[str, Any], folder: Path) -> Needs:
    """All that `edge-lip run` needs with these settings (names as in the settings file), when it
    runs in `folder`.

    Raises `UsageError` where they name nothing to read, or what a service has not.
    """
    parts = [_of_source(settings)]
    parts += [_of_output(spec, folder) for spec in settings.get("to") or ()]
    parts += [_of_answers(spec) for spec in settings.get("confirm-by") or ()]
    parts += [_of_page(settings["web"], folder)] if settings.get("web") else []
    parts += [_of_file(settings["own-phrases"], folder)] if settings.get("own-phrases") else []
    parts += [EDGETPU] if settings.get("delegate") else []
    parts.append(_of_trigger(settings.get("trigger") or ""))
    return Needs(
        network=any(one.network for one in parts),
        devices=_once(device for one in parts for device in one.devices),
        groups=_once(group for one in parts for group in one.groups),
        writes=tuple(folder for one in parts for folder in one.writes),
        anything=any(one.anything for one in parts),
        journal=not settings.get("to"),
    )


def _of_source(settings: Mapping[str, Any]) -> Needs:
    camera, source = settings.get("camera"), settings.get("source")
    spec = f"camera:{camera}" if camera is not None else source
    if spec is None:
        raise UsageError(
            "nothing to read is set: set camera in the settings file (edge-lip config --init)"
        )
    if re.match(r"(raw:)?-(\?|$)", spec):
        raise UsageError(f"a service has no standard input: set another source than {spec}")
    from ...sources.specs import find_source

    entry, _ = find_source(spec)
    return entry.needs if entry else Needs()


def _of_trigger(spec: str) -> Needs:
    if spec == "key":
        raise UsageError("a service has no keys to press: set trigger to gpio:PIN or auto")
    name = spec.partition(":")[0]
    return TRIGGERS[name].needs if name in TRIGGERS else Needs()


def _of_page(spec: str, folder: Path) -> Needs:
    token = parse_address(spec).token
    return NETWORK if token is None else replace(NETWORK, writes=((folder / token).parent,))


def _of_file(path: str, folder: Path) -> Needs:
    return Needs(writes=((folder / Path(path).expanduser()).parent,))


def _of_answers(spec: str) -> Needs:
    name = spec.partition(":")[0]
    return ANSWERS[name].needs if name in ANSWERS else Needs()


def _of_output(spec: str, folder: Path) -> Needs:
    kind, _, rest = spec.partition(":")
    kind = kind.partition("?")[0]
    needs = OUTPUTS[kind].needs if kind in OUTPUTS else Needs()
    if needs.file:
        return replace(needs, writes=((folder / Path(rest).expanduser()).parent,))
    return needs


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
