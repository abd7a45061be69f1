"""Command lines as people write them down: are they calls that edge-lip takes?"""

import shlex

import click
from click.core import ParameterSource

from edge_lip.cli.main import cli

SHELL = {"|", ">", ">>", "<", "&&", "||", ";", "&"}


def check_call(line: str) -> None:
    """Parse a line that begins with `edge-lip`, up to a comment or to what the shell does next.

    Nothing is run. Raises click's exceptions for a verb or an option that is none, or of old.
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
        context = command.make_context(verb, arguments, parent=parent)
        for option in command.params:
            if isinstance(option, click.Option) and option.hidden and option.name is not None:
                origin = context.get_parameter_source(option.name)
                if origin is ParameterSource.COMMANDLINE:
                    raise click.UsageError(f"the old spelling {option.opts[0]} in: {line}")
