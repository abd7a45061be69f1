"""Command lines as people write them down: are they calls that edge-lip takes?"""

import shlex

import click

from edge_lip.cli.main import cli

SHELL = {"|", ">", ">>", "<", "&&", "||", ";", "&"}


def check_call(line: str) -> None:
    """Parse a line that begins with `edge-lip`, up to a comment or to what the shell does next.

    Nothing is run. Raises click's exceptions for a verb or an option that is none.
    """
    words = shlex.split(line, comments=True)
    end = next((k for k, word in enumerate(words) if word in SHELL), len(words))
    verb, *arguments = words[1:end]
    if verb.startswith("-"):
        return
    with click.Context(cli) as parent:
        command = cli.get_command(parent, verb)
        if command is None:
            raise click.UsageError(f"no verb '{verb}' in: {line}")
        command.make_context(verb, arguments, parent=parent)
