"""Events as JSON lines at the end of a file."""

import os
from math import inf
from pathlib import Path

from ..errors import SinkError, UsageError
from ..events import Event
from .jsonlines import json_line
from .queued import EVERYTHING


class JsonFile:
    """Adds each event to a file as one whole line, or not at all.

    The file is opened for each: it may be moved away meanwhile, and a full disk have room again.
    """

    takes = EVERYTHING
    acts = False
    keep = 1000
    expires = inf

    def __init__(self, path: str) -> None:
        """Write to `path`; raises `UsageError` where there is none."""
        if not path:
            raise UsageError("which file? --to jsonl:events.jsonl")
        self.name = f"jsonl:{path}"
        self._path = Path(path).expanduser()  # after a colon, shells leave ~ alone

    def deliver(self, event: Event, deadline: float) -> None:
        """See `Output.deliver`."""
        line = json_line(event).encode()
        try:
            with self._path.open("ab", buffering=0) as file:
                written = file.write(line)
                if written < len(line):  # so much room was left
                    file.truncate(os.fstat(file.fileno()).st_size - written)
                    raise SinkError("can't be written: no space left")
        except OSError as error:
            raise SinkError(f"can't be written: {error.strerror or error}") from error

    def close(self) -> None:
        """Do nothing: the file is closed."""
