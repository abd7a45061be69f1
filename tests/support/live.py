"""Live sources whose frames, errors and silences a test decides on, and a clock it sets."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from queue import Queue

import numpy as np

from edge_lip.sources.frame import Frame

PATIENCE = 20.0
"""Seconds of a real clock after which a test that waits has failed; none waits so long."""


@dataclass
class FakeClock:
    """A monotonic clock that a test sets."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def picture(value: int) -> np.ndarray:
    return np.full((48, 64, 3), value, np.uint8)


def frames(count: int, start: float = 0.0, fps: float = 25.0) -> list[Frame]:
    """So many frames, each as bright as its number."""
    return [Frame(picture(index), start + index / fps) for index in range(count)]


@dataclass
class Script:
    """A source that gives, one after the other, what a test puts into `steps`: a frame, an error
    to raise, or None for its end. Between them it hangs."""

    steps: Queue[Frame | Exception | None] = field(default_factory=Queue)
    name: str = "camera:9"
    live: bool = True
    closed: threading.Event = field(default_factory=threading.Event)

    def say(self, *steps: Frame | Exception | None) -> "Script":
        for step in steps:
            self.steps.put(step)
        return self

    def __iter__(self) -> Iterator[Frame]:
        while (step := self.steps.get()) is not None:
            if isinstance(step, Exception):
                raise step
            yield step

    def close(self) -> None:
        self.closed.set()
