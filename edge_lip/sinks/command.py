"""A program of the user's, run for each text."""

import shlex
from math import inf

from ..errors import UsageError
from ..events import Event
from ..system.specs import number, parse
from .jsonlines import json_line
from .process import find, run
from .queued import FINALS, FRESH

EVENT = "EDGE_LIP_EVENT"
"""The environment variable that has the event as JSON."""
KEYS = {"timeout": number(0.1, 3600), "expire": number(0, 86400)}


class Command:
    """Runs a program with the text on its standard input; one at a time."""

    takes = FINALS
    acts = True
    keep = 16

    def __init__(self, spec: str) -> None:
        """Take `PROGRAM ARGS[?timeout=SECONDS&expire=SECONDS]`, divided and quoted as a shell does,
        which there is none of.

        Raises `UsageError` for what is no command, `SinkError` when there is no such program.
        """
        line, settings = parse(spec, KEYS, "a command")
        try:
            words = shlex.split(line)
        except ValueError as error:
            raise UsageError(f"--to command:{line} is no command: {error}") from error
        if not words:
            raise UsageError("which command? --to 'command:PROGRAM ARGUMENTS'")
        find(words[0], "give its path, or a name that is found on PATH")
        self.name = f"command:{words[0]}"
        self._words = words
        self._timeout = settings.get("timeout", 10.0)
        self.expires = settings.get("expire", FRESH) or inf

    def deliver(self, event: Event, deadline: float) -> None:
        """See `Output.deliver`."""
        environment = {EVENT: json_line(event).rstrip()}
        run([self._words], event.text + "\n", self._timeout, environment=environment)

    def close(self) -> None:
        """Do nothing: a program that is running may finish."""
