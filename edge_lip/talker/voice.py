"""How somebody speaks."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Voice:
    """How fast and how clearly somebody speaks."""

    rate: float = 1.0
    """Speed."""
    strength: float = 1.0
    """How far the lips move."""
    rounding: float = 1.0
    """How much of it is rounding."""


def random_voice(seed: int) -> Voice:
    """The voice of that seed."""
    rng = np.random.default_rng(seed)
    return Voice(
        rate=float(rng.uniform(0.85, 1.2)),
        strength=float(rng.uniform(0.8, 1.15)),
        rounding=float(rng.uniform(0.85, 1.1)),
    )
