"""`edge-lip cameras`: what is there to read from."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from ..errors import SourceError
from . import options

if TYPE_CHECKING:
    from ..sources.devices import Device


@click.command(
    epilog=options.examples(
        "edge-lip cameras",
        "edge-lip cameras --json",
        then="Read one: edge-lip run --camera N. Sizes, rates and streams: docs/sources.md.",
    )
)
@click.option("--json", "as_json", is_flag=True, help="Every video device as one JSON list.")
def cameras(as_json: bool) -> None:
    """List the cameras of this machine, and what to say after --camera. Nothing is recorded."""
    from ..sources.devices import cameras as find

    devices = find()
    if as_json:
        click.echo(json.dumps([asdict(device) for device in devices], indent=2))
    if not devices:
        raise SourceError(
            "no camera here: plug one in (a CSI camera needs python3-picamera2; elsewhere than on "
            "Linux they can't be listed, so try edge-lip run --camera 0)"
        )
    if not as_json:
        for device in devices:
            click.echo(_line(device))
    if all(device.problem for device in devices):
        raise SourceError(f"no camera that can be read among {len(devices)} video devices")


MODES = 4
"""Formats of a camera that its line has room for; webcams have two or three."""


def _line(device: "Device") -> str:
    said = f"can't be read: {device.problem}" if device.problem else ", ".join(device.modes[:MODES])
    if len(device.modes) > MODES:
        said += f", and {len(device.modes) - MODES} more (--json lists them)"
    return f"--camera {device.camera:5} {device.name} ({device.place})  {said}".rstrip()
