"""Taught takes, laid out in the axes that they choose, for utterances to be compared with."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from .axes import choose_axes, embed
from .takes import Take
from .warping import Warped, align, warp

DURATION: Final = 0.4
"""What it costs to take e times as long."""
SOFT: Final = 4.0
"""How sharply the nearest of a phrase's takes counts more than the others."""
MOST: Final = 150
"""Takes that are compared with all others to find out how near is near: of many phrases that is
plenty."""


@dataclass(frozen=True, eq=False)
class Laid:
    """Takes and whose they are."""

    moments: np.ndarray
    """(N, LENGTH, 64), as in `Take`."""
    durations: np.ndarray
    """(N,)."""
    owner: np.ndarray
    """(N,) numbers of their phrases."""
    nothing: np.ndarray
    """(N,) whether nothing is said."""

    def only(self, which: np.ndarray) -> "Laid":
        """Those of `which`, (N,) bool."""
        return Laid(
            self.moments[which], self.durations[which], self.owner[which], self.nothing[which]
        )


@dataclass(frozen=True, eq=False)
class Compared:
    """An utterance beside the takes of a bench."""

    placed: np.ndarray
    """(LENGTH, F): where it is in the axes."""
    warped: Warped
    """With each take."""
    away: np.ndarray
    """(N,) how far it is from each take, what it took longer counted..."""
    nearest: np.ndarray
    """(P,) ...and from each phrase: a soft minimum."""


class Bench:
    """For takes of one phrase at least."""

    def __init__(self, laid: Laid, moved: np.ndarray | None) -> None:
        """`moved`: see `edge_lip.phrases.phrasebook.Phrasebook`."""
        self.laid = laid
        spoken = ~laid.nothing  # takes of nothing have nothing in common
        self._axes = choose_axes(laid.moments[spoken], laid.owner[spoken], moved)
        self.placed = embed(laid.moments, self._axes)
        """(N, LENGTH, F) the takes in the axes."""
        self.phrases, self._counts = np.unique(laid.owner, return_counts=True)
        """(P,) numbers of the phrases."""

    def compare(self, take: Take) -> Compared:
        """An utterance with all takes."""
        (placed,) = embed(take.moments[np.newaxis], self._axes)
        warped = align(placed, self.placed)
        away = warped.distances + _longer(take.duration, self.laid.durations)
        return Compared(placed, warped, away, self.by_phrase(away))

    def by_phrase(self, distances: np.ndarray) -> np.ndarray:
        """(P,) how near the nearest take of each is, softly, by the distances (N,) of all."""
        sums = np.bincount(self.laid.owner, np.exp(-SOFT * distances))[self.phrases]
        near: np.ndarray = -np.log(sums / self._counts) / SOFT
        return near

    @cached_property
    def strangers(self) -> tuple[np.ndarray, np.ndarray]:
        """(P,) how far other phrases' takes are from each phrase: mean and spread, NaN where there
        are none."""
        every = range(0, len(self.placed), max(1, -(-len(self.placed) // MOST)))
        durations, owner = self.laid.durations, self.laid.owner
        far = np.stack(
            [
                self.by_phrase(warp(self.placed[k], self.placed) + _longer(durations[k], durations))
                for k in every
            ]
        )
        far[owner[list(every)][:, np.newaxis] == self.phrases] = np.nan
        mean, spread = np.full(len(self.phrases), np.nan), np.full(len(self.phrases), np.nan)
        there = ~np.isnan(far).all(axis=0)
        mean[there] = np.nanmean(far[:, there], axis=0)
        spread[there] = np.nanstd(far[:, there], axis=0)
        return mean, spread


def standing(nearest: np.ndarray) -> np.ndarray:
    """Distances from phrases beside their mean: what is somewhat near to all is none of them
    (cohort normalization, as in speaker verification)."""
    beside: np.ndarray = nearest / max(nearest.mean(), 1e-6)
    return beside


def _longer(duration: float, durations: np.ndarray) -> np.ndarray:
    """(N,) what it costs that an utterance took `duration` and not `durations` (N,); nothing where
    one of the two is not known."""
    return DURATION * np.abs(np.nan_to_num(np.log(duration / durations)))
