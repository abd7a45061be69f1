"""What a head does by itself while somebody speaks: it sways a little, and the eyes blink."""

from dataclasses import replace

import numpy as np

from .face import Head

BLINK_EVERY, BLINK_TAKES = 3.5, 0.25
"""Seconds."""


class Motion:
    """Where a head is, and how far its eyes are closed, at times that do not go back."""

    def __init__(self, head: Head, seed: int, amount: float = 1.0) -> None:
        """Sway about `head`, `amount` times as much as people do; 0 keeps it still."""
        self._head = head
        self._amount = amount
        rng = self._rng = np.random.default_rng(seed)
        # x, y, scale and roll: each of two slow waves.
        self._frequencies = rng.uniform(0.15, 0.7, (4, 2))
        self._phases = rng.uniform(0, 2 * np.pi, (4, 2))
        self._blink = rng.exponential(BLINK_EVERY)

    def at(self, time: float) -> tuple[Head, float]:
        """Head at `time` (seconds), and 0 for open to 1 for closed eyes."""
        waves = np.sin(2 * np.pi * self._frequencies * time + self._phases).mean(1)
        x, y, grown, turned = (self._amount * waves).tolist()
        head = self._head
        swayed = replace(
            head,
            x=head.x + 0.006 * x,
            y=head.y + 0.006 * y,
            scale=head.scale * (1 + 0.012 * grown),
            roll=head.roll + 0.02 * turned,
        )
        return swayed, self._closed(time)

    def _closed(self, time: float) -> float:
        while time > self._blink + BLINK_TAKES / 2:
            self._blink += BLINK_TAKES + self._rng.exponential(BLINK_EVERY)
        return max(0.0, 1 - abs(time - self._blink) / (BLINK_TAKES / 2))
