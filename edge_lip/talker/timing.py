"""When each sound of a text is said.

The numbers are those of GRID's speakers (`scripts/grid_timing.py` distils them): how long each
word lasts at its place in the sentence, how much speakers, takes and words differ, and how long it
is quiet before. A word's sounds share its time in proportion to their lengths; a word that GRID
does not have lasts as long as its sounds. Durations vary by factors, normal in their logarithm.
"""

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

FILE = Path(__file__).parent / "grid_timing.json"
SPREADS = 2.0
"""Deviations beyond which nothing is drawn."""
SHORTEST = 0.1
"""Seconds of rest at least before the first sound."""
KINDS = {
    "B P D T G K": 0.075,
    "M N NG L R W Y HH": 0.07,
    "F V TH DH S Z SH ZH CH JH": 0.105,
    "IH EH AH UH": 0.09,
    "IY AE AA AO UW ER": 0.13,
    "AY AW EY OW OY": 0.17,
}
"""Usual lengths in seconds, after Klatt's rules' inherent durations ("Linguistic uses of segmental
duration in English", 1976), rounded."""


def inherent(sound: str) -> float:
    """How long `sound` usually lasts, in seconds."""
    return next(seconds for sounds, seconds in KINDS.items() if sound in sounds.split())


@dataclass(frozen=True)
class Timed:
    """One word and its sounds, in seconds."""

    text: str
    sounds: tuple[str, ...]
    start: float
    ends: tuple[float, ...]
    """Of the sounds."""

    @property
    def end(self) -> float:
        """When the word ends."""
        return self.ends[-1]


@functools.lru_cache(maxsize=1)
def statistics() -> dict[str, Any]:
    """GRID's numbers: factors, and seconds."""
    numbers: dict[str, Any] = json.loads(FILE.read_text())
    return numbers


def usual(sounds: Sequence[str]) -> np.ndarray:
    """How long those sounds last in GRID's sentences, in seconds."""
    known = statistics()["sounds"]
    return np.array([known.get(sound) or inherent(sound) for sound in sounds])


def spread(rng: np.random.Generator, deviation: float) -> float:
    """A factor about 1, `deviation` being that of its logarithm."""
    return float(np.exp(deviation * np.clip(rng.normal(), -SPREADS, SPREADS)))


def lead(rng: np.random.Generator) -> float:
    """Seconds of rest before somebody speaks."""
    quiet = statistics()["lead"]
    drawn = quiet["mean"] + quiet["spread"] * np.clip(rng.normal(), -SPREADS, SPREADS)
    return max(SHORTEST, float(drawn))


def timed(
    words: Sequence[tuple[str, Sequence[str]]],
    start: float,
    rate: float,
    rng: np.random.Generator,
) -> list[Timed]:
    """The words, each a text and its phonemes, said one after the other from `start` on.

    `rate`: the speaker's speed, 1 being that of GRID's average.
    """
    numbers = statistics()
    spreads, pause = numbers["spread"], numbers["pause"]
    rate /= spread(rng, spreads["take"])
    spoken: list[Timed] = []
    for place, (text, sounds) in enumerate(words):
        slot = _slot(place, len(words), len(numbers["slots"]))
        lengths = usual(sounds)
        factor = numbers["words"].get(text, 1.0) * numbers["slots"][slot]
        lengths *= factor * spread(rng, spreads["word"][slot]) / rate
        if spoken and rng.random() < pause["share"]:
            start += pause["mean"] * spread(rng, 0.5)
        ends = start + np.cumsum(lengths)
        spoken.append(Timed(text, tuple(sounds), start, tuple(ends.tolist())))
        start = spoken[-1].end
    return spoken


def _slot(place: int, words: int, slots: int) -> int:
    """Which of GRID's slots a word is like: the last word is drawn out, as is a single one."""
    return round(place * (slots - 1) / (words - 1)) if words > 1 else slots - 1
