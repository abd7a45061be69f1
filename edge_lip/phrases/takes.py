"""A take: one time that a phrase was said, brought to what is kept and compared of it."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from ..model.window import stretch
from .appearance import SIZE, VARIED

LENGTH: Final = 20
"""Moments of a take that are kept, evenly from its first to its last."""
SHORTEST: Final = 5
"""Moments that lips have to move for something to be said."""
STILL: Final = 0.35
"""Movement that is none: this part of what a take's liveliest moments have."""
AROUND: Final = 2
"""Moments that are kept before and after it."""


@dataclass(frozen=True, eq=False)
class Take:
    """What is kept of one."""

    moments: np.ndarray
    """(LENGTH, 64) float32, their mean taken out: the mean is what the face looks like, and the
    light; what is left is what it does."""
    duration: float
    """How long it took, in moments as the model counts them; NaN where nobody knows."""


def trim(features: np.ndarray) -> np.ndarray:
    """Features (T, F) without the rest before and after the movement; all of them where nothing is
    livelier than the rest."""
    if len(features) <= SHORTEST:
        return features
    padded = np.pad(features[:, :SIZE], ((1, 1), (0, 0)), mode="edge")
    smooth = (padded[:-2] + padded[1:-1] + padded[2:]) / 3  # what trembles does not move
    moved = np.linalg.norm(np.diff(smooth, axis=0), axis=1)
    lively = np.flatnonzero(moved >= STILL * np.quantile(moved, 0.9))
    first, last = max(0, lively[0] - AROUND), min(len(features), lively[-1] + 2 + AROUND)
    return features[first:last] if last - first >= SHORTEST else features


def take_of(features: np.ndarray) -> Take:
    """What is kept of an utterance's features (T, 64 or more)."""
    moving = trim(features[:, :SIZE])
    kept = stretch(moving, LENGTH)
    return Take((kept - kept.mean(axis=0)).astype(np.float32), float(len(moving)))


def scatter(features: np.ndarray) -> np.ndarray:
    """How appearance changes where nothing but the camera does: (64, 64), the mean over all moments
    of the differences between (T, 64 * (1 + VARIED)) features and the first 64 of them."""
    seen = features.reshape(len(features), 1 + VARIED, SIZE)
    centred = seen - seen.mean(axis=0)
    away = (centred[:, 1:] - centred[:, :1]).reshape(-1, SIZE)
    return away.T @ away / len(away)
