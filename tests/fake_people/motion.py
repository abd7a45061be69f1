"""What a head does by itself while somebody speaks: it sways a little, and the eyes blink."""

from dataclasses import replace

import numpy as np

from .face import Head

BLINK_EVERY, BLINK_TAKES = 3.5, 0.25
"""Seconds."""


def sway(
    head: Head, times: np.ndarray, rng: np.random.Generator, amount: float = 1.0
) -> list[Head]:
    """Where `head` is at `times` (seconds), moving slowly about its place."""
    x, y, scale, roll = (_slow(times, rng) for _ in range(4))
    return [
        replace(
            head,
            x=head.x + 0.006 * amount * dx,
            y=head.y + 0.006 * amount * dy,
            scale=head.scale * (1 + 0.012 * amount * grown),
            roll=head.roll + 0.02 * amount * turned,
        )
        for dx, dy, grown, turned in zip(
            x.tolist(), y.tolist(), scale.tolist(), roll.tolist(), strict=True
        )
    ]


def blinks(times: np.ndarray, rng: np.random.Generator) -> list[float]:
    """How far the eyes are closed at `times`: now and then, all the way."""
    closed = np.zeros(len(times))
    last = times[-1] if len(times) else 0.0
    moment = rng.exponential(BLINK_EVERY)
    while moment < last:
        closed = np.maximum(closed, 1 - abs(times - moment) / (BLINK_TAKES / 2))
        moment += BLINK_TAKES + rng.exponential(BLINK_EVERY)
    return closed.tolist()


def _slow(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A smooth course within about ±1: two slow waves."""
    frequencies, phases = rng.uniform(0.15, 0.7, 2), rng.uniform(0, 2 * np.pi, 2)
    return np.sin(2 * np.pi * frequencies * times[:, None] + phases).mean(1)
