"""Write docs/commands.md: what `edge-lip --help` and the help of every verb print.

python -m scripts.make_commands
"""

import os
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from edge_lip.cli.main import VERBS, main

PAGE = Path(__file__).parents[1] / "docs" / "commands.md"
WIDE = "200"
"""Columns of the terminal: more than the help ever takes."""
HEAD = """# Commands

What `edge-lip --help` and the help of each verb print; `python -m scripts.make_commands` writes it.
`python -m edge_lip` is the same.
"""


def render() -> str:
    """The page, on a wide terminal."""
    parts = [HEAD, section("edge-lip", [])]
    for name, verb in VERBS.items():
        needs = f"\nNeeds `pip install '.[{verb.extra}]'`.\n" if verb.extra else ""
        parts.append(section(f"edge-lip {name}", [name], needs))
    return "\n".join(parts)


def section(title: str, call: list[str], needs: str = "") -> str:
    """One verb's help under its name."""
    with redirect_stdout(StringIO()) as printed:
        assert main([*call, "--help"]) == 0
    return f"## {title}\n{needs}\n```text\n{printed.getvalue().rstrip()}\n```\n"


if __name__ == "__main__":
    os.environ["COLUMNS"] = WIDE
    PAGE.write_text(render())
