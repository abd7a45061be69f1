"""Dynamic time warping (Sakoe, Chiba: "Dynamic programming algorithm optimization for spoken word
recognition", 1978)."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from .takes import LENGTH

BAND: Final = 5
"""Moments by which two takes may run apart."""


@dataclass(frozen=True, eq=False)
class Warped:
    """One take aligned with N others."""

    cost: np.ndarray
    """(N, LENGTH, LENGTH): how far its moments are from those of the others..."""
    total: np.ndarray
    """(N, LENGTH + 1, LENGTH + 1): ...and what the cheapest way to there has cost."""

    @property
    def distances(self) -> np.ndarray:
        """(N,) mean along the best alignment."""
        summed: np.ndarray = self.total[:, LENGTH, LENGTH] / (2 * LENGTH)
        return summed

    def path(self, number: int) -> np.ndarray:
        """(S, 2) its moment and that of the other take `number`, from the end to the beginning."""
        total, i, j = self.total[number], LENGTH, LENGTH
        steps = []
        while i and j:
            steps.append((i - 1, j - 1))
            i, j = min((i - 1, j - 1), (i - 1, j), (i, j - 1), key=lambda at: total[at])
        return np.array(steps)


def align(take: np.ndarray, takes: np.ndarray) -> Warped:
    """`take` (LENGTH, F) with each of `takes` (N, LENGTH, F)."""
    squares = (take**2).sum(1)[:, None] + (takes**2).sum(2)[:, None, :]
    cost = np.sqrt(np.maximum(squares - 2 * take @ takes.transpose(0, 2, 1), 0))
    total = np.full((len(takes), LENGTH + 1, LENGTH + 1), np.inf)
    total[:, 0, 0] = 0
    for diagonal in range(2 * LENGTH - 1):
        rows = np.arange(max(0, diagonal - LENGTH + 1), min(LENGTH, diagonal + 1))
        rows = rows[np.abs(diagonal - 2 * rows) <= BAND]
        columns = diagonal - rows
        before = np.minimum(total[:, rows, columns + 1], total[:, rows + 1, columns])
        before = np.minimum(before, total[:, rows, columns])
        total[:, rows + 1, columns + 1] = cost[:, rows, columns] + before
    return Warped(cost, total)


def warp(take: np.ndarray, takes: np.ndarray) -> np.ndarray:
    """(N,) mean distance along the best alignment of `take` (LENGTH, F) with each of `takes`
    (N, LENGTH, F)."""
    return align(take, takes).distances
