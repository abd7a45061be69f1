"""What a check is given, and what it finds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ...runtime.machine import lines_of

State = Literal["ok", "warning", "failed"]


@dataclass(frozen=True)
class Finding:
    """Of one check."""

    state: State
    """`warning`: it reads, but slower or less well than it could; `failed`: it does not read."""
    what: str
    """What is there, in a line."""
    advice: str = ""
    """What to do; nothing where all is well."""


@dataclass(frozen=True)
class Machine:
    """What is examined."""

    root: Path = Path("/")
    """Where its /proc, /sys and /dev are."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Of `edge-lip run`, by the names they have in the settings file."""

    def lines(self, path: str) -> list[str]:
        """Of the file at `path` below the root; none where it can't be read."""
        return lines_of(self.root / path)

    def line(self, path: str) -> str:
        """The first of its lines."""
        return next(iter(self.lines(path)), "").strip()

    @property
    def source(self) -> str:
        """What is read, as `open_source` takes it; empty where nothing is set."""
        camera, source = self.settings.get("camera"), self.settings.get("source")
        return f"camera:{camera}" if camera is not None else source or ""


Check = Callable[[Machine], Finding]
