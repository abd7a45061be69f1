"""Which of the taught phrases an utterance is, and whether it is any of them.

Takes are compared by dynamic time warping in the few dimensions of `edge_lip.phrases.axes`, and by
how long they took; whether the nearest is it, `edge_lip.phrases.doubt` says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ..errors import DataError
from ..text.hypothesis import Choice, Hypothesis
from .bench import MOST, Bench, Compared, Laid, standing
from .doubt import doubt, marks_of, usual
from .phrasebook import NOTHING, Phrasebook
from .takes import Take

SHARPNESS: Final = (2.0, 4.0, 8.0, 16.0, 32.0)
"""Of the shares that distances become; the one under which the takes themselves are likeliest."""
ENOUGH: Final = 0.5
"""Chance from which a phrase is told, where nobody says another."""


@dataclass(frozen=True)
class Match:
    """How near an utterance is to what was taught."""

    texts: tuple[str, ...]
    """All phrases, the nearest first."""
    chances: tuple[float, ...]
    """How likely each of them is what was said; what is missing to one is that it was none."""

    def known(self, threshold: float = ENOUGH) -> bool:
        """Whether the nearest is likely enough, and not `NOTHING`."""
        return self.texts[0] != NOTHING and self.chances[0] >= threshold


@dataclass(frozen=True)
class LeftOut:
    """What a take is matched with where it was not taught."""

    text: str
    """Its phrase."""
    number: int
    """Which take of it, from 1."""
    match: Match

    @property
    def right(self) -> bool:
        """Whether its phrase is the nearest."""
        return self.match.texts[0] == self.text


@dataclass(frozen=True)
class _Held:
    """A take, and what it is beside takes that did not know it."""

    number: int
    owner: int
    """Number of its phrase."""
    bench: Bench
    """Of the other takes."""
    compared: Compared


class Matcher:
    """Compares utterances with the phrases of a book."""

    def __init__(self, book: Phrasebook) -> None:
        """Raises DataError for a book without phrases."""
        self.texts = tuple(phrase.text for phrase in book.phrases)
        if not any(self.texts):
            raise DataError("no phrase was taught yet: edge-lip teach FILE add TEXT")
        self._moved = book.moved
        takes = [(k, take) for k, one in enumerate(book.phrases) for take in one.takes]
        owner = np.array([k for k, _ in takes])
        self._takes = [take for _, take in takes]
        self._laid = Laid(
            np.stack([take.moments for take in self._takes]),
            np.array([take.duration for take in self._takes]),
            owner,
            np.array([self.texts[k] == NOTHING for k in owner]),
        )
        self._bench = Bench(self._laid, self._moved)
        _ = self._bench.strangers  # now, for the first answer is not to wait for it
        self._place = np.array([k for one in book.phrases for k in range(len(one.takes))])
        self._single = np.array([len(one.takes) == 1 for one in book.phrases for _ in one.takes])
        known = [
            (one.owner, one.compared.nearest, one.bench.phrases == one.owner)
            for one in self._leave_out(MOST)
        ]
        self._sharpness = _choose_sharpness([(nearest, own) for _, nearest, own in known])
        self._own = usual([(owner, standing(nearest)[own]) for owner, nearest, own in known])

    def match(self, take: Take) -> Match:
        """Of one utterance."""
        return self._judge(take, self._bench.compare(take), self._bench)

    def marks(self, take: Take) -> tuple[str, np.ndarray]:
        """The nearest phrase, and what its doubt goes by (see `edge_lip.phrases.doubt.MARKS`)."""
        compared = self._bench.compare(take)
        place = int(compared.nearest.argmin())
        marks = marks_of(take, compared, self._bench, place, self._own)
        return self.texts[self._bench.phrases[place]], marks

    def left_out(self) -> list[LeftOut]:
        """Each take; those that are their phrase's only one are not among them."""
        return [
            LeftOut(
                self.texts[one.owner],
                int(self._place[one.number]) + 1,
                self._judge(self._takes[one.number], one.compared, one.bench),
            )
            for one in self._leave_out(len(self._takes))
        ]

    def _leave_out(self, most: int) -> Iterator[_Held]:
        """One take of every phrase at a time: what comes of a take that helped to choose the axes
        is too good. At most so many, from all over the book."""
        every = np.flatnonzero(~self._single)
        some = np.zeros(len(self._takes), bool)
        some[every[:: max(1, -(-len(every) // most))]] = True
        for number in range(int(self._place.max()) + 1):
            held = (self._place == number) & some
            if not held.any():
                continue
            bench = Bench(self._laid.only(~held), self._moved)
            for k in np.flatnonzero(held):
                compared = bench.compare(self._takes[k])
                yield _Held(int(k), int(self._laid.owner[k]), bench, compared)

    def _judge(self, take: Take, compared: Compared, bench: Bench) -> Match:
        order = np.argsort(compared.nearest, kind="stable")
        shares = _shares(compared.nearest, self._sharpness)[order]
        texts = tuple(self.texts[bench.phrases[k]] for k in order)
        if texts[0] == NOTHING:
            return Match(texts, tuple(map(float, shares)))
        chance = doubt().chance(marks_of(take, compared, bench, int(order[0]), self._own))
        # The others keep their proportions, and with the nearest they are one at most.
        part = min(chance / shares[0], (1 - chance) / max(1 - shares[0], 1e-9))
        chances = (chance, *(float(part * share) for share in shares[1:]))
        return Match(texts, chances)


def _choose_sharpness(left_out: Sequence[tuple[np.ndarray, np.ndarray]]) -> float:
    """The one under which the phrase of each take left out is likeliest; given how far it is from
    the phrases (P,), and which is its own."""

    def likelihood(sharpness: float) -> float:
        shares = [_shares(nearest, sharpness)[own] for nearest, own in left_out]
        return float(sum(np.log(np.maximum(share, 1e-6)).sum() for share in shares))

    return max(SHARPNESS, key=likelihood)


def _shares(distances: np.ndarray, sharpness: float) -> np.ndarray:
    powers = np.exp(-sharpness * (distances - distances.min()))
    shares: np.ndarray = powers / powers.sum()
    return shares


def hypothesis_of(match: Match, threshold: float) -> Hypothesis:
    """What a reader tells of it: the nearest phrase; nothing where it is less likely than
    `threshold`. All phrases are choices."""
    pairs = zip(match.texts, match.chances, strict=True)
    choices = tuple(Choice(text, chance) for text, chance in pairs if text != NOTHING)
    chance = match.chances[0]
    if not match.known(threshold):
        return Hypothesis("", chance, choices=choices, verdict="rejected")
    return Hypothesis(match.texts[0], chance, choices=choices)


def confusable(left_out: Sequence[LeftOut]) -> list[tuple[str, str, int]]:
    """Pairs of phrases that are taken for each other, and how often, the most frequent first."""
    counts: dict[tuple[str, str], int] = {}
    for one in left_out:
        if not one.right:
            first, second = sorted((one.text, one.match.texts[0]))
            counts[first, second] = counts.get((first, second), 0) + 1
    pairs = [(*pair, count) for pair, count in counts.items()]
    return sorted(pairs, key=lambda one: (-one[2], one[0], one[1]))
