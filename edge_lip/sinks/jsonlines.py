"""Events as JSON, one object per line."""

import json
from typing import TextIO

from ..events import Event
from ..system.streams import put, takes_any


def json_line(event: Event, escaped: bool = False) -> str:
    """`event` with all its fields, keys sorted, and the end of the line; `escaped` into ASCII."""
    return json.dumps(event.to_dict(), sort_keys=True, ensure_ascii=escaped) + "\n"


class JsonLines:
    """Every event as a line; flushed at once for whoever listens."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._escaped = not takes_any(stream)

    def __call__(self, event: Event) -> None:
        """Write `event`."""
        put(self._stream, json_line(event, self._escaped))
