"""Events as JSON, one object per line."""

import json
from typing import TextIO

from ..events import Event
from ..system.streams import put


def json_line(event: Event) -> str:
    """`event` with all its fields, keys sorted, and the end of the line."""
    return json.dumps(event.to_dict(), sort_keys=True, ensure_ascii=False) + "\n"


class JsonLines:
    """Every event as a line; flushed at once for whoever listens."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __call__(self, event: Event) -> None:
        """Write `event`."""
        put(self._stream, json_line(event))
