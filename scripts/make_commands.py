"""Write docs/commands.md: what `edge-lip --help` and the help of every verb print.

python -m scripts.make_commands
"""

import os
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import click

from edge_lip.cli.main import VERBS, main

PAGE = Path(__file__).parents[1] / "docs" / "commands.md"
WIDE = "200"
"""Columns of the terminal: more than the help ever takes."""
HEAD = """# Commands

What `edge-lip --help` and the help of each verb print; `python -m scripts.make_commands` writes it.
`python -m edge_lip` is the same.

What is the same in every verb:

- MODEL stands right behind the verb. It is a file, or the name of one that comes with edge-lip:
  `edge-lip run grid-s1 --camera`, `edge-lip info model.tflite`. Only `convert` takes files alone.
- `--out`, or `-o`, says where the result is written. What is written beside a result is called
  what it is: `--html`, `--pictures`, `--plot`.
- `--from` says what is begun with instead of nothing.

Spellings of earlier versions work in this one, and a line on standard error says the new ones:
`--model MODEL` of `run` and `demo`, `--output` of `convert`. The setting `model` of `run` stays, in
the [settings file](appliance.md#settings) and as `EDGE_LIP_RUN_MODEL`.
"""


def render() -> str:
    """The page, on a wide terminal."""
    parts = [HEAD, section("edge-lip", [])]
    for name, verb in VERBS.items():
        needs = f"\nNeeds `pip install '.[{verb.extra}]'`.\n" if verb.extra else ""
        parts.append(section(f"edge-lip {name}", [name], needs))
        command = verb.load()
        for inner in command.commands if isinstance(command, click.Group) else ():
            parts.append(section(f"edge-lip {name} {inner}", [name, inner]))
    return "\n".join(parts)


def section(title: str, call: list[str], needs: str = "") -> str:
    """One verb's help under its name."""
    with redirect_stdout(StringIO()) as printed:
        assert main([*call, "--help"]) == 0
    return f"## {title}\n{needs}\n```text\n{printed.getvalue().rstrip()}\n```\n"


if __name__ == "__main__":
    os.environ["COLUMNS"] = WIDE
    PAGE.write_text(render())
