"""`edge-lip config`: what `edge-lip run` does where no flag says otherwise."""

import json
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import EdgeLipError, UsageError
from ..system.files import replacing
from . import options
from .configured import key_of

if TYPE_CHECKING:
    from .configured import Configured, Setting

HEAD = """\
# What `edge-lip {verb}` does where neither a flag nor the environment says otherwise. Take away
# the # before what you want to set. `edge-lip config` shows what is in effect.
"""


@click.command(
    epilog=options.examples(
        "edge-lip config",
        "edge-lip config --init",
        "edge-lip config --json",
        then="A flag overrides the environment, the environment the file, the file the default. "
        "EDGE_LIP_CONFIG names another file.",
    )
)
@click.option("--json", "as_json", is_flag=True, help="Everything as one JSON object.")
@click.option("--init", is_flag=True, help="Write a file to fill in, where there is none yet.")
def config(as_json: bool, init: bool) -> None:
    """Show every setting of edge-lip run, and whether it is from the environment, from the settings
    file or the default."""
    from ..system.paths import config_file
    from .run import run

    path = config_file()
    if init:
        if as_json:
            raise UsageError(
                "--init writes a file, --json shows what is in it: one after the other"
            )
        write(path, template(run))
        click.echo(f"written: {path}")
        return
    settings = run.in_effect()
    if as_json:
        shown = {one.name: {"value": one.value, "from": one.origin} for one in settings}
        click.echo(json.dumps({"file": str(path), "there": path.exists(), "run": shown}, indent=2))
        return
    hint = "" if path.exists() else ": not there (edge-lip config --init writes it)"
    click.echo(f"{path}{hint}")
    for one in settings:
        click.echo(_line(one))


def write(path: Path, text: str) -> None:
    """A new file of `text`, whole or not at all; raises `UsageError` where there is one already."""
    if path.exists():
        raise UsageError(f"{path} is there already: edit it, or move it away first")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EdgeLipError(f"can't make {path.parent}: {error.strerror}") from error
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def template(verb: "Configured") -> str:
    """A settings file with every option of `verb` explained, and none of them set."""
    lines = [HEAD.format(verb=verb.name), f"[{verb.name}]"]
    for option in verb.options():
        example, others = _example(option)
        lines += ["", *(f"# {line}" for line in textwrap.wrap(option.help or "", 96))]
        lines.append(f"# {key_of(option)} = {json.dumps(example)}{others}")
    return "\n".join(lines) + "\n"


def _example(option: click.Option) -> tuple[Any, str]:
    """A value that `option` may have, and a remark on others."""
    if isinstance(option.type, click.Choice):
        return option.type.choices[0], f"  # {', '.join(option.type.choices)}"
    if option.is_flag:
        return True, ""
    if isinstance(option.flag_value, str):
        return option.flag_value, ""
    if isinstance(option.default, str) and option.metavar:
        return option.default, f"  # {option.metavar}"
    if isinstance(option.type, click.FloatRange | click.IntRange):
        return option.default if isinstance(option.default, int) else option.type.min, ""
    example = option.metavar or "PATH"
    return [example] if option.multiple else example, ""


def _line(setting: "Setting") -> str:
    value = "-" if setting.value in (None, ()) else json.dumps(setting.value)
    origin = setting.variable if setting.origin == "environment" else setting.origin
    return f"{setting.name:12} {value:30} {origin}"
