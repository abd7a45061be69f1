"""What a service has to be allowed, by what it is set to read and to write."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import UsageError

CAMERA = ("char-video4linux",)
CSI = (*CAMERA, "char-media", "char-dma_heap")
"""libcamera opens the graph that a sensor is part of, too, and memory for its pictures."""


@dataclass(frozen=True)
class Needs:
    """Of one source, one output, or all of them."""

    network: bool = False
    devices: tuple[str, ...] = ()
    """As DeviceAllow= takes them (systemd.resource-control(5))."""
    groups: tuple[str, ...] = ()
    """That may open these."""
    writes: tuple[Path, ...] = ()
    """Folders that are written to."""
    anything: bool = False
    """Whether other programs are run, of which nobody knows what they need."""
    journal: bool = False
    """Whether what is said has to be in the journal, because it goes nowhere else."""


VIDEO = Needs(devices=CAMERA, groups=("video",))
NETWORK = Needs(network=True)
EDGETPU = Needs(devices=("char-usb_device", "char-apex"), groups=("plugdev",))
"""As libedgetpu's udev rules have it, for sticks (debian/edgetpu-accelerator.rules); cards belong
to a group that their owner makes."""
GPIO = Needs(devices=("char-gpiochip",), groups=("gpio",))
OUTPUTS = {
    "mqtt": NETWORK,
    "speech": Needs(devices=("char-alsa",), groups=("audio",)),
    "keyboard": Needs(devices=("/dev/uinput",), groups=("input",)),
    "command": Needs(anything=True),
}
"""By the word that a `--to` begins with; one that is not here writes a file."""


def needs_of(settings: Mapping[str, Any], folder: Path) -> Needs:
    """All that `edge-lip run` needs with these settings (names as in the settings file), when it
    runs in `folder`.

    Raises `UsageError` where they name nothing to read, or what a service has not.
    """
    parts = [_of_source(settings)]
    parts += [_of_output(spec, folder) for spec in settings.get("to") or ()]
    parts += [NETWORK] if settings.get("web") else []
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
    if spec.startswith("camera:csi"):
        return Needs(devices=CSI, groups=("video",))
    if spec.startswith("camera:"):
        return VIDEO
    from ...sources.url import is_url

    return NETWORK if is_url(spec) else Needs()


def _of_trigger(spec: str) -> Needs:
    if spec == "key":
        raise UsageError("a service has no keys to press: set trigger to gpio:PIN or auto")
    return GPIO if spec.startswith("gpio") else Needs()


def _of_output(spec: str, folder: Path) -> Needs:
    kind, _, rest = spec.partition(":")
    kind = kind.partition("?")[0]
    if kind in OUTPUTS:
        return OUTPUTS[kind]
    return Needs(writes=((folder / Path(rest).expanduser()).parent,))


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
