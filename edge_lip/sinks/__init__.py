"""Where events go: one module per output."""

from collections.abc import Callable

from ..events import Event

Sink = Callable[[Event], None]
"""Takes one event after the other and shows, sends or stores it."""

__all__ = ["Sink"]
