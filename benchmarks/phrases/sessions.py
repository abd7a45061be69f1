"""What a person teaches, and what they say then."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from edge_lip.phrases.phrasebook import NOTHING, Phrasebook
from edge_lip.phrases.takes import scatter, take_of
from training.data.clip import Clip

from .words import Spot, said

UNITS: Final = {"one word": ((1,), (4,)), "two words": ((0, 1), (4, 5))}
"""What is taught: words at these places of a sentence."""
LETTERS: Final = (3,)
TAUGHT: Final = 12
"""Phrases in a file, at most."""
TAKES: Final = (1, 3, 5)
TESTED: Final = 5
"""Further takes of each word."""
DRAWS: Final = 3
OF_NOTHING: Final = 6
Features = Mapping[str, np.ndarray]
"""Of whole clips, by name."""


@dataclass(frozen=True)
class Session:
    """Of one person."""

    unit: str
    """Of `UNITS`."""
    count: int
    """Takes of each phrase."""
    taught: Mapping[str, Sequence[Spot]]
    spare: Mapping[str, Sequence[Spot]]
    """Takes of the taught phrases that may be taught later."""
    tests: Sequence[tuple[str, Spot]]
    """Other takes of them..."""
    strange: Sequence[Spot]
    """...and of what was not taught."""
    nothing: Sequence[Spot]
    """What may be taught as nothing."""

    def book(self, features: Features, nothing: bool = False) -> Phrasebook:
        """What is taught, as it was seen in `features`."""
        book = Phrasebook("")
        for text, spots in self.taught.items():
            book = teach(book, text, spots, features)
        return teach(book, NOTHING, self.nothing, features) if nothing else book


def teach(book: Phrasebook, text: str, spots: Sequence[Spot], features: Features) -> Phrasebook:
    """With takes more; where they were not seen, without."""
    for spot in spots:
        cut = spot.cut(features)
        if cut is not None:
            book = book.with_take(text, take_of(cut), scatter(cut))
    return book


def sessions(
    clips: Sequence[Clip],
    features: Features,
    units: Sequence[str] = tuple(UNITS),
    takes: Sequence[int] = TAKES,
    spare: int = 0,
) -> Iterator[Session]:
    """Those of the clips of one person: of the words that are said often enough, six in ten are
    taught; with `spare` further takes kept aside."""
    every = [spot for some in said(clips, features, LETTERS).values() for spot in some]
    for unit in units:
        for places in UNITS[unit]:
            for draw in range(DRAWS):
                rng = np.random.default_rng(draw)
                yield from _drawn(unit, said(clips, features, places), every, takes, spare, rng)


def _drawn(
    unit: str,
    spoken: Mapping[str, Sequence[Spot]],
    letters: Sequence[Spot],
    takes: Sequence[int],
    spare: int,
    rng: np.random.Generator,
) -> Iterator[Session]:
    """Of the words of one kind; nothing where too few are said often."""
    often = {word: spots for word, spots in spoken.items() if len(spots) > TAKES[0] + 2}
    words = [str(word) for word in rng.permutation(sorted(often))]
    some = min(TAUGHT, max(3, len(words) * 6 // 10))
    taught, others = words[:some], words[some:]
    if len(taught) < 3:
        return
    letters = [letters[k] for k in rng.permutation(len(letters))]
    orders = {word: [often[word][k] for k in rng.permutation(len(often[word]))] for word in taught}
    strange = [spot for word in others for spot in often[word][:TESTED]]
    for count in takes:
        begin = count + spare
        yield Session(
            unit,
            count,
            {word: orders[word][:count] for word in taught},
            {word: orders[word][count:begin] for word in taught},
            [(word, spot) for word in taught for spot in orders[word][begin : begin + TESTED]],
            [*strange, *letters[OF_NOTHING : 2 * OF_NOTHING]],
            letters[:OF_NOTHING],
        )
