"""How somebody speaks."""

from dataclasses import dataclass

import numpy as np

from .timing import spread, statistics


@dataclass(frozen=True)
class Voice:
    """How fast and how clearly somebody speaks."""

    rate: float = 1.0
    """Speed; 1 is the average of GRID's speakers."""
    strength: float = 1.0
    """How far the lips move."""
    rounding: float = 1.0
    """How much of it is rounding."""


def random_voice(seed: int) -> Voice:
    """The voice of that seed."""
    rng = np.random.default_rng(seed)
    return Voice(
        rate=spread(rng, statistics()["spread"]["speaker"]),
        strength=float(rng.uniform(0.85, 1.5)),
        rounding=float(rng.uniform(0.8, 1.2)),
    )
