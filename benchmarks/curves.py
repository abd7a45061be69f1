"""What was read at each level of each factor, clip by clip and in sum."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import jiwer
import numpy as np

from .degrade import Factor

RENDERED = "rendered"
AS_IS = ("", 0.0)
"""Factor and level of a clip that nothing was done to."""
RESAMPLES = 2000


@dataclass(frozen=True)
class Row:
    """One clip, read once."""

    model: str
    """First twelve digits of its SHA-256."""
    split: str
    """Of the dataset, or `RENDERED`."""
    clip: str
    home: str
    """See `training.data.datasets.Clip.home`: of rendered clips, the renderer's version."""
    factor: str
    level: float
    said: str
    read: str
    frames: int
    faces: int
    """Frames with a face."""


@dataclass(frozen=True)
class Point:
    """All clips of a split at a level of a factor; shares are fractions."""

    level: float
    """Not a number for clips as they are, of a factor of which each has a level of its own."""
    wer: float
    low: float
    """95 % interval of `wer` over other sets of as many clips (bootstrap)."""
    high: float
    worse: bool
    """Whether it is more than of the same clips as they are, with 95 % (paired bootstrap)."""
    faces: float
    """Share of the frames in which a face is found."""


@dataclass(frozen=True)
class Curves:
    """What a split comes to."""

    split: str
    clips: int
    words: int
    factors: dict[str, list[Point]]
    """By factor; clips as they are first."""

    @property
    def label(self) -> str:
        """For a legend."""
        if self.split == RENDERED:
            return f"{self.clips} rendered talkers"
        return f"{self.clips} real clips ({self.split})"


def line(row: Row) -> str:
    """A row as it is kept."""
    return json.dumps(asdict(row)) + "\n"


def load(results: Path) -> list[Row]:
    """The rows of a file, one JSON object a line, without a last one that was cut off."""
    rows = []
    for text in results.read_text().splitlines() if results.exists() else ():
        try:
            rows.append(Row(**json.loads(text)))
        except ValueError:
            continue
    return rows


def cases(factors: Sequence[Factor]) -> list[tuple[str, float]]:
    """Factor and level of everything that a clip is read at."""
    return [AS_IS, *((factor.name, level) for factor in factors for level in factor.levels)]


def make_curves(rows: Sequence[Row], split: str, factors: Sequence[Factor]) -> Curves | None:
    """The curves of a split, of the clips that have been read at all levels of `factors`; None
    where there are none. Of several homes, the one read last counts."""
    wanted = cases(factors)
    of_split = [row for row in rows if row.split == split]
    by_clip: dict[str, dict[tuple[str, float], Row]] = defaultdict(dict)
    for row in of_split:
        if row.home == of_split[-1].home:
            by_clip[row.clip][row.factor, row.level] = row
    whole = [of_clip for of_clip in by_clip.values() if of_clip.keys() >= {*wanted}]
    if not whole:
        return None
    said = np.array([len(of_clip[AS_IS].said.split()) for of_clip in whole])
    as_is = np.array([_errors(of_clip[AS_IS]) for of_clip in whole])
    picks = np.random.default_rng(0).integers(len(whole), size=(RESAMPLES, len(whole)))

    def point(case: tuple[str, float], level: float) -> Point:
        rows = [of_clip[case] for of_clip in whole]
        errors = np.array([_errors(row) for row in rows])
        rates, more = (e[picks].sum(1) / said[picks].sum(1) for e in (errors, errors - as_is))
        low, high = np.percentile(rates, (2.5, 97.5))
        return Point(
            level,
            wer=float(errors.sum() / said.sum()),
            low=float(low),
            high=float(high),
            worse=bool(np.percentile(more, 2.5) > 0),
            faces=sum(row.faces for row in rows) / max(1, sum(row.frames for row in rows)),
        )

    points = {
        factor.name: [
            point(AS_IS, factor.neutral),
            *(point((factor.name, level), level) for level in factor.levels),
        ]
        for factor in factors
    }
    return Curves(split, len(whole), int(said.sum()), points)


def _errors(row: Row) -> int:
    """Words substituted, deleted and inserted."""
    counts = jiwer.process_words(row.said, row.read)
    return int(counts.substitutions + counts.deletions + counts.insertions)
