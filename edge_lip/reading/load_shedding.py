"""Keeping up with a live source on a slow board: what is given up first, and what next.

A reader that never waits for a frame has fallen behind, or is about to; so has one whose source
loses frames, because it finds no time to hand them over. Neither takes the source's frame rate or
the board's speed to tell.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Final

from ..sources.frame import Frame
from ..sources.health import Notice


@dataclass(frozen=True)
class Level:
    """What is given up."""

    patience: float = 1.0
    """Landmarks are found so many times less often; see `FlowTracker.patience`."""
    partials: float = 1.0
    """Partial texts are made so many times less often."""
    every: int = 1
    """Of so many frames one is read."""


LEVELS: Final = (
    Level(),
    Level(patience=2.5),
    Level(patience=2.5, partials=4),
    Level(patience=2.5, partials=4, every=2),
    Level(patience=2.5, partials=4, every=3),
)
"""From nothing on: each gives up what the one before does, and something more."""


@dataclass(frozen=True)
class SheddingPolicy:
    """When to give up more, and when less. Shares are of time, 0 to 1."""

    levels: tuple[Level, ...] = LEVELS
    window: float = 1.0
    """Seconds over which work is measured."""
    busy: float = 0.85
    """More work than this in a window: one level more."""
    lost: float = 0.2
    """More than this part of the frames dropped by the source: the same. A few are whenever a text
    is made, which takes a slow board a moment."""
    calm: float = 0.35
    """Less work than this, window after window: one level less. Less than half of `busy`, because
    a level can save half of the work."""
    windows: int = 10
    """So many of them; a pause between two sentences is shorter."""


class LoadShedding:
    """Watches how long a reader works between frames, and chooses the level."""

    def __init__(
        self, policy: SheddingPolicy | None = None, clock: Callable[[], float] = perf_counter
    ) -> None:
        """`clock` tells seconds."""
        self._policy = policy or SheddingPolicy()
        self._clock = clock
        self.reset()

    def reset(self) -> None:
        """Give up nothing: another source begins."""
        self.level = 0
        """Index of what is given up."""
        self._forget()
        self._calm = 0

    @property
    def current(self) -> Level:
        """What is given up."""
        return self._policy.levels[self.level]

    def keep_up(self, items: Iterator[Frame | Notice]) -> Iterator[Frame | Notice]:
        """Those of a live source's `items` that are to be read.

        Frames that are left out count as dropped in the next.
        """
        place = dropped = 0
        asked = self._clock()
        for item in items:
            came = self._clock()
            self._waited += came - asked
            if isinstance(item, Frame):
                self._came += 1
                self._lost += item.dropped
                place, dropped = place + 1, dropped + item.dropped
                if place >= self.current.every:
                    yield replace(item, dropped=dropped)
                    place = dropped = 0
                else:
                    dropped += 1
            else:
                yield item
            asked = self._clock()
            self._worked += asked - came
            self._judge()

    def _judge(self) -> None:
        policy = self._policy
        whole = self._worked + self._waited
        if whole < policy.window:
            return
        share = self._worked / whole
        if self._lost > policy.lost * (self._came + self._lost):
            share = 1.0
        self._calm = self._calm + 1 if share < policy.calm else 0
        if share > policy.busy:
            self.level = min(self.level + 1, len(policy.levels) - 1)
        elif self._calm >= policy.windows:
            self.level, self._calm = max(self.level - 1, 0), 0
        self._forget()

    def _forget(self) -> None:
        self._worked = self._waited = 0.0
        self._came = self._lost = 0
