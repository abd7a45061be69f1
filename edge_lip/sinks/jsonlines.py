"""Events as JSON, one object per line."""

import json
from typing import TextIO

from ..events import Event


class JsonLines:
    """Every event with all its fields, keys sorted; flushed at once for whoever listens."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __call__(self, event: Event) -> None:
        """Write `event`."""
        line = json.dumps(event.to_dict(), sort_keys=True, ensure_ascii=False)
        self._stream.write(line + "\n")
        self._stream.flush()
