"""Who is told how far a long step is."""

from typing import Protocol


class Progress(Protocol):
    """Tells a person how far a long step is."""

    def start(self, what: str, parts: int, unit: str = "it") -> None:
        """A step of so many parts begins; the one before has ended."""

    def tick(self, parts: int = 1, note: str = "") -> None:
        """Parts are done; less than 0: they have to be done again."""

    def say(self, line: str) -> None:
        """A line worth keeping."""


class Silent:
    """Tells nobody: see `Progress`."""

    def start(self, what: str, parts: int, unit: str = "it") -> None:
        """See `Progress.start`."""

    def tick(self, parts: int = 1, note: str = "") -> None:
        """See `Progress.tick`."""

    def say(self, line: str) -> None:
        """See `Progress.say`."""
