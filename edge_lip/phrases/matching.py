"""Which of the taught phrases an utterance is, and whether it is any of them.

Takes are compared by dynamic time warping (Sakoe, Chiba: "Dynamic programming algorithm
optimization for spoken word recognition", 1978) in the few dimensions of `edge_lip.phrases.axes`,
and by how long they took.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ..errors import DataError
from ..text.hypothesis import Choice, Hypothesis
from .axes import choose_axes, embed
from .phrasebook import NOTHING, Phrasebook
from .takes import LENGTH, Take

BAND: Final = 5
"""Moments by which two takes may run apart."""
DURATION: Final = 0.4
"""What it costs to take e times as long."""
SOFT: Final = 4.0
"""How sharply the nearest of a phrase's takes counts more than the others."""
SHARPNESS: Final = (2.0, 4.0, 8.0, 16.0, 32.0)
"""Of the shares that distances become; the one under which the takes themselves are likeliest."""
ACCEPTED: Final = 0.85
"""Share of the takes that are to be near enough to the others of their phrase."""
ENOUGH: Final = 6
"""Takes left out from which it can be told how near a phrase's takes are to each other."""
MOST: Final = 150
"""Takes left out to find out how near is near enough: of many phrases that is plenty, and each take
is compared with all others."""
ROOM: Final = 0.25
"""Part of the way from a phrase's own takes to those of others that an utterance may be off."""
BESIDE: Final = 0.85
"""Of the mean distance to all phrases, where there are fewer: nearer than that is nearer to one."""


@dataclass(frozen=True)
class Match:
    """How near an utterance is to what was taught."""

    texts: tuple[str, ...]
    """All phrases, the nearest first."""
    shares: tuple[float, ...]
    """How likely each is, of these."""
    known: bool
    """Whether the nearest is near enough to be it, and not `NOTHING`."""


@dataclass(frozen=True)
class _LeftOut:
    """A take, and how far it is from takes it was not compared with before."""

    owner: int
    """Number of its phrase."""
    phrases: np.ndarray
    """Numbers of the phrases that have other takes..."""
    nearest: np.ndarray
    """...and how far it is from each."""

    @property
    def own(self) -> float:
        """How far it is from its own phrase, and..."""
        return float(_standing(self.nearest)[self.phrases == self.owner][0])

    @property
    def other(self) -> float:
        """...from the nearest other."""
        away = _standing(self.nearest)[self.phrases != self.owner]
        return float(away.min(initial=np.inf))


class Matcher:
    """Compares utterances with the phrases of a book."""

    def __init__(self, book: Phrasebook) -> None:
        """Raises DataError for a book without phrases."""
        self.texts = tuple(phrase.text for phrase in book.phrases)
        if not any(self.texts):
            raise DataError("no phrase was taught yet: edge-lip teach FILE add TEXT")
        self._owner = np.array([k for k, one in enumerate(book.phrases) for _ in one.takes])
        self._moved = book.moved
        takes = [take for phrase in book.phrases for take in phrase.takes]
        self._every = np.stack([take.moments for take in takes])
        self._durations = np.array([take.duration for take in takes])
        self._nothing = np.array([self.texts[k] == NOTHING for k in self._owner])
        self._axes = self._choose_axes(self._every, self._owner, self._nothing)
        self._takes = embed(self._every, self._axes)
        self._place = np.array([k for one in book.phrases for k in range(len(one.takes))])
        self._single = np.array([len(one.takes) == 1 for one in book.phrases for _ in one.takes])
        self._left_out = list(self._leave_out(MOST))
        self._sharpness = self._choose_sharpness()
        self._limit = self._choose_limit()

    def match(self, take: Take) -> Match:
        """Of one utterance."""
        (embedded,) = embed(take.moments[np.newaxis], self._axes)
        away = warp(embedded, self._takes) + _longer(take.duration, self._durations)
        return self._judge(*_by_phrase(away, self._owner))

    def left_out(self) -> list[tuple[str, Match]]:
        """Of each take its phrase, and what it is matched with where it was not taught; takes that
        are their phrase's only one are not among them."""
        return [
            (self.texts[one.owner], self._judge(one.phrases, one.nearest))
            for one in self._leave_out(len(self._every))
        ]

    def _leave_out(self, most: int) -> Iterator[_LeftOut]:
        """One take of every phrase at a time: what comes of a take that helped to choose the axes
        is too good. At most so many, from all over the book."""
        every = np.flatnonzero(~self._single)
        some = np.zeros(len(self._every), bool)
        some[every[:: max(1, -(-len(every) // most))]] = True
        for number in range(int(self._place.max()) + 1):
            held = (self._place == number) & some
            if not held.any():
                continue
            axes = self._choose_axes(self._every[~held], self._owner[~held], self._nothing[~held])
            others = embed(self._every[~held], axes)
            for k, take in zip(np.flatnonzero(held), embed(self._every[held], axes), strict=True):
                away = warp(take, others) + _longer(self._durations[k], self._durations[~held])
                yield _LeftOut(int(self._owner[k]), *_by_phrase(away, self._owner[~held]))

    def _choose_axes(self, takes: np.ndarray, owner: np.ndarray, nothing: np.ndarray) -> np.ndarray:
        """Those of the phrases: takes of nothing have nothing in common."""
        return choose_axes(takes[~nothing], owner[~nothing], self._moved)

    def _judge(self, phrases: np.ndarray, nearest: np.ndarray) -> Match:
        order = np.argsort(nearest, kind="stable")
        shares = _shares(nearest, self._sharpness)
        best = int(phrases[order[0]])
        near = _standing(nearest)[order[0]] <= self._limit
        known = near and self.texts[best] != NOTHING
        texts = tuple(self.texts[phrases[k]] for k in order)
        return Match(texts, tuple(float(shares[k]) for k in order), bool(known))

    def _choose_sharpness(self) -> float:
        """The one under which the phrase of each take left out is likeliest."""

        def likelihood(sharpness: float) -> float:
            shares = [
                _shares(one.nearest, sharpness)[one.phrases == one.owner] for one in self._left_out
            ]
            return float(sum(np.log(np.maximum(share, 1e-6)).sum() for share in shares))

        return max(SHARPNESS, key=likelihood)

    def _choose_limit(self) -> float:
        """How far an utterance may be from the nearest phrase, beside its distance to all: as far
        as most of the takes that were left out are from their own, and a part of the way to another
        phrase where there is room. Few takes don't tell."""
        spoken = [one for one in self._left_out if self.texts[one.owner] != NOTHING]
        if len(spoken) < ENOUGH:
            return BESIDE if len(self.texts) > 2 else np.inf
        own = float(np.quantile([one.own for one in spoken], ACCEPTED))
        others = [one.other for one in spoken]
        other = float(np.quantile(others, 1 - ACCEPTED)) if len(self.texts) > 1 else 2 * own
        return own + ROOM * max(0.0, other - own)


def warp(take: np.ndarray, takes: np.ndarray) -> np.ndarray:
    """(N,) mean distance along the best alignment of `take` (LENGTH, F) with each of `takes`
    (N, LENGTH, F)."""
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
    summed: np.ndarray = total[:, LENGTH, LENGTH] / (2 * LENGTH)
    return summed


def hypothesis_of(match: Match, threshold: float) -> Hypothesis:
    """What a reader tells of it: the nearest phrase; nothing where it is too far, or less likely
    than `threshold`. All phrases are choices."""
    pairs = zip(match.texts, match.shares, strict=True)
    choices = tuple(Choice(text, share) for text, share in pairs if text != NOTHING)
    share = match.shares[0]
    if not match.known or share < threshold:
        return Hypothesis("", share, choices=choices, verdict="rejected")
    return Hypothesis(match.texts[0], share, choices=choices)


def _longer(duration: float, durations: np.ndarray) -> np.ndarray:
    """(N,) what it costs that an utterance took `duration` and not `durations` (N,); nothing where
    one of the two is not known."""
    return DURATION * np.abs(np.nan_to_num(np.log(duration / durations)))


def _by_phrase(distances: np.ndarray, owner: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The phrases' numbers, and how near the nearest of their takes are: a soft minimum."""
    counts = np.bincount(owner)
    phrases = np.flatnonzero(counts)
    sums = np.bincount(owner, np.exp(-SOFT * distances))[phrases]
    return phrases, -np.log(sums / counts[phrases]) / SOFT


def _standing(nearest: np.ndarray) -> np.ndarray:
    """Distances beside their mean: what is somewhat near to all is none of them (cohort
    normalization, as in speaker verification). Of fewer than three there is no mean to speak of."""
    standing: np.ndarray = nearest / nearest.mean() if len(nearest) > 2 else nearest
    return standing


def _shares(distances: np.ndarray, sharpness: float) -> np.ndarray:
    powers = np.exp(-sharpness * (distances - distances.min()))
    shares: np.ndarray = powers / powers.sum()
    return shares


def confusable(left_out: Sequence[tuple[str, Match]]) -> list[tuple[str, str, int]]:
    """Pairs of phrases that are taken for each other, and how often, the most frequent first."""
    counts: dict[tuple[str, str], int] = {}
    for text, match in left_out:
        if match.texts[0] != text:
            first, second = sorted((text, match.texts[0]))
            counts[first, second] = counts.get((first, second), 0) + 1
    pairs = [(*pair, count) for pair, count in counts.items()]
    return sorted(pairs, key=lambda one: (-one[2], one[0], one[1]))
