"""Whether an utterance is the phrase that it is nearest to: a logistic regression over marks of it,
which has learned from other people's teaching (`python -m scripts.phrase_doubt`).

No mark alone tells it. Together they do, and what comes of them is a probability: that the nearest
phrase is what was said, where half of what is said was taught.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np

from .bench import Bench, Compared, standing
from .takes import LENGTH, Take

MARKS: Final = (
    "standing",  # how far it is from the phrase, beside how far it is from all
    "likeness",  # cosine between it and the most similar take, moment by moment, unwarped
    "begins",  # as standing, of the first half alone...
    "ends",  # ...and of the second
    "worst",  # the liveliest mismatch of `RUN` steps along the alignment, beside the same mean
    "strange",  # distance beside that of other phrases' takes from this phrase, in their spreads
    "straying",  # moments by which the alignment leaves the diagonal, on average
    "own",  # standing of the phrase's own takes, each left out (see `usual`)
    "longer",  # how many times as long it took, as a logarithm without sign
    "takes",  # how many there are of the phrase, as a logarithm
    "alone",  # whether there is no other phrase to stand beside
)
FILE: Final = "doubt.json"
RUN: Final = 6
"""Steps of an alignment."""
NEAR: Final = 3
"""Moments off within which halves may find their like."""
USUAL: Final = 0.7
"""Standing of a phrase's own takes, where it is not known."""
LEAST_SPREAD: Final = 0.02
"""Of distances: of two takes one would be none."""
FARTHEST: Final = 3.0
"""Standard deviations beyond which a mark says no more."""


@dataclass(frozen=True, eq=False)
class Doubt:
    """What was learned."""

    mean: np.ndarray
    """(M,) of each mark, as learned from..."""
    spread: np.ndarray
    """(M,) ...and their standard deviations."""
    weights: np.ndarray
    """(M + 1,), the last is the constant."""

    def chance(self, marks: np.ndarray) -> float:
        """0 to 1, of an utterance with the marks (M,)."""
        return float(1 / (1 + np.exp(-self.inputs(marks) @ self.weights)))

    def inputs(self, marks: np.ndarray) -> np.ndarray:
        """(..., M + 1) what is weighed of marks (..., M)."""
        clipped = np.clip((marks - self.mean) / self.spread, -FARTHEST, FARTHEST)
        return np.concatenate([clipped, np.ones((*clipped.shape[:-1], 1))], axis=-1)


@cache
def doubt() -> Doubt:
    """What comes with the package."""
    learned: Mapping[str, Mapping[str, float]]
    learned = json.loads((files(__package__) / FILE).read_text(encoding="utf-8"))
    mean, spread, weights = (
        np.array([learned[key][mark] for mark in MARKS]) for key in ("mean", "spread", "weights")
    )
    return Doubt(mean, spread, np.append(weights, learned["weights"]["constant"]))


def as_json(learned: Doubt) -> str:
    """The file's text."""
    numbers = {
        "mean": learned.mean,
        "spread": learned.spread,
        "weights": learned.weights,
    }
    named = {
        key: {
            mark: float(f"{number:.4g}")
            for mark, number in zip((*MARKS, "constant"), values, strict=False)
        }
        for key, values in numbers.items()
    }
    return json.dumps(named, indent=2) + "\n"


def usual(left_out: Iterable[tuple[int, np.ndarray]]) -> Mapping[int, float]:
    """How near its own takes are to each phrase, given the phrase of each take left out, and how it
    stood to that: half by its own, half by everybody's, for few takes say little."""
    standings: dict[int, list[float]] = {}
    for phrase, stood in left_out:
        standings.setdefault(phrase, []).append(float(stood.mean()))
    every = float(np.mean([one for some in standings.values() for one in some] or [USUAL]))
    return {phrase: (float(np.mean(some)) + every) / 2 for phrase, some in standings.items()}


def marks_of(
    take: Take, compared: Compared, bench: Bench, place: int, own: Mapping[int, float]
) -> np.ndarray:
    """(M,) of an utterance that is taken for the phrase at `place` of the bench's. `own`: see
    `usual`; a phrase that is not in it is as phrases usually are."""
    phrase = int(bench.phrases[place])
    mine = np.flatnonzero(bench.laid.owner == phrase)
    nearest = compared.nearest
    mean = max(float(nearest.mean()), 1e-6)
    flat, takes = compared.placed.ravel(), bench.placed[mine].reshape(len(mine), -1)
    sizes = np.linalg.norm(flat) * np.linalg.norm(takes, axis=1)
    begins, ends = (_half(compared, bench, half)[place] for half in (_FIRST, _SECOND))
    best = int(mine[compared.away[mine].argmin()])
    path = compared.warped.path(best)
    costs = compared.warped.cost[best][path[:, 0], path[:, 1]]
    far, spread = (values[place] for values in bench.strangers)
    durations = bench.laid.durations[mine]
    longer = np.log(take.duration) - np.nanmean(np.log(durations)) if _known(durations) else 0.0
    every = (*own.values(),)
    marks = {
        "standing": standing(nearest)[place],
        "likeness": (takes @ flat / np.maximum(sizes, 1e-9)).max(),
        "begins": begins,
        "ends": ends,
        "worst": np.convolve(costs, np.ones(RUN) / RUN, "valid").max() / mean,
        "strange": (nearest[place] - far) / (spread + LEAST_SPREAD) if np.isfinite(far) else 0.0,
        "straying": np.abs(path[:, 0] - path[:, 1]).mean(),
        "own": own.get(phrase, float(np.mean(every)) if every else USUAL),
        "longer": abs(np.nan_to_num(longer)),
        "takes": np.log(len(mine)),
        "alone": float(len(nearest) == 1),
    }
    return np.array([float(marks[mark]) for mark in MARKS])


_FIRST, _SECOND = slice(0, LENGTH // 2), slice(LENGTH // 2, LENGTH)
_MOMENTS = np.arange(LENGTH)
_FAR = np.where(np.abs(_MOMENTS[:, None] - _MOMENTS) > NEAR, np.inf, 0.0)


def _half(compared: Compared, bench: Bench, half: slice) -> np.ndarray:
    """(P,) standings of the phrases by one half, each moment beside the most similar near it."""
    costs = (compared.warped.cost[:, half] + _FAR[half]).min(axis=2).mean(axis=1)
    least = np.full(int(bench.phrases.max()) + 1, np.inf)
    np.minimum.at(least, bench.laid.owner, costs)
    return standing(least[bench.phrases])


def _known(durations: np.ndarray) -> bool:
    return bool(np.isfinite(durations).any())
