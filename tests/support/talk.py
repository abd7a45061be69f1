"""A confirmation with a clock that a test sets, and all that comes of it."""

from edge_lip.confirmation.confirmation import GLANCE, Confirmation
from edge_lip.confirmation.policy import parse_policy
from edge_lip.events import Event


class Talk:
    """A confirmation with its own clock, and what came of it."""

    def __init__(self, spec: str = "ask") -> None:
        self.now = 100.0
        self.acted: list[Event] = []
        self.steps: list[object] = []
        self.confirmation = Confirmation(
            [self.acted.append], parse_policy(spec), clock=lambda: self.now, first=1
        )
        self.confirmation.watchers.append(self.steps.append)

    def read(self, text: str = "bin blue", confidence: float = 0.6) -> int:
        """Read a text, and wait a moment; the number of its question."""
        self.confirmation(Event("final", text, confidence))
        self.now += GLANCE
        waiting = self.confirmation.waiting
        return waiting.number if waiting else 0

    def told(self) -> list[tuple[str, str]]:
        return [(event.kind, event.text) for event in self.acted]

    def said(self) -> list[str]:
        return [event.text for event in self.acted if event.kind == "final"]
