"""`edge-lip doctor`: whether this machine can read lips, and what is in the way."""

import json
import sys
from dataclasses import asdict
from itertools import chain
from typing import TYPE_CHECKING, Any

import click

from ..errors import EdgeLipError
from ..system.streams import takes_any
from . import options

if TYPE_CHECKING:
    from ..appliance.doctor import Finding


@click.command(
    epilog=options.examples(
        "edge-lip doctor",
        "edge-lip doctor --json",
        then="A warning: it reads, but slower or less well than it could. Failed: it does not. A "
        "camera has to be there only where one is set (edge-lip config). Nothing is recorded, "
        "fetched or changed.",
    )
)
@click.option("--json", "as_json", is_flag=True, help="Every check as one JSON list.")
def doctor(as_json: bool) -> None:
    """Check camera, interpreter, models, processor, heat, power, memory and disk. Ends with 1 if
    edge-lip run would fail here."""
    from ..appliance.doctor import Machine, examine

    settings, first = _settings()
    rows: list[tuple[str, Finding]] = []
    for name, found in chain([("settings", first)], examine(Machine(settings=settings))):
        rows.append((name, found))
        if not as_json:
            advice = f": {found.advice}" if found.advice else ""
            click.echo(f"{found.state:8} {name:12} {found.what}{advice}")
    if as_json:
        table = [{"check": name, **asdict(found)} for name, found in rows]
        click.echo(json.dumps(table, indent=2, ensure_ascii=not takes_any(sys.stdout)))
    failed = sum(found.state == "failed" for _, found in rows)
    if failed:
        raise EdgeLipError(f"{failed} of {len(rows)} checks failed")


def _settings() -> "tuple[dict[str, Any], Finding]":
    """Those of `edge-lip run`, and whether they can be what they are."""
    from ..appliance.doctor import Finding
    from ..system.paths import config_file
    from .run import run

    try:
        settings = run.in_effect()
    except (EdgeLipError, click.ClickException) as error:
        message = error.format_message() if isinstance(error, click.ClickException) else str(error)
        return {}, Finding("failed", message, "correct it; what can be set: edge-lip config --help")
    there = sum(one.origin != "default" for one in settings)
    what = f"{there} set" if there else "none set"
    return {one.name: one.value for one in settings}, Finding("ok", f"{what}, {config_file()}")
