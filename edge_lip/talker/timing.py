"""When each sound of a text is said."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LENGTHS = {
    **dict.fromkeys(["P", "B", "M", "T", "D", "K", "G", "HH", "Y"], 0.08),
    **dict.fromkeys(["N", "L", "R", "W", "AH"], 0.08),
    **dict.fromkeys(["S", "Z", "F", "V", "TH", "DH", "CH", "JH", "SH", "ZH", "NG"], 0.10),
    **dict.fromkeys(["IY", "IH", "EH", "UH"], 0.11),
    **dict.fromkeys(["AA", "AE", "AO", "UW", "ER"], 0.14),
    **dict.fromkeys(["AY", "AW", "EY", "OW", "OY"], 0.24),
}
LEAD, TRAIL = 0.46, 0.66


@dataclass(frozen=True)
class Timed:
    """One word and its sounds, in seconds."""

    text: str
    sounds: tuple[str, ...]
    ends: tuple[float, ...]
    """Of the sounds."""
    start: float

    @property
    def end(self) -> float:
        """When the word ends."""
        return self.ends[-1]


def timed(
    words: Sequence[tuple[str, Sequence[str]]],
    start: float,
    rate: float,
    rng: np.random.Generator,
) -> list[Timed]:
    """The words, each a text and its phonemes, said one after the other from `start` on."""
    spoken = []
    for text, sounds in words:
        lengths = np.array([LENGTHS[sound] for sound in sounds])
        ends = start + np.cumsum(lengths * rng.uniform(0.85, 1.15, len(sounds)) / rate)
        spoken.append(Timed(text, tuple(sounds), tuple(ends.tolist()), start))
        start = spoken[-1].end
    return spoken
