"""How well labels are told apart, and whether the confidence can be believed.

All of it from readings whose `choices` hold every label of the model, likeliest first, and of which
none was rejected; a clip that could not be read has no choices and no confidence.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from statistics import NormalDist, fmean, stdev

import numpy as np

from .metrics import Confusion, Reading

THRESHOLDS = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95)
"""Of the confidence, to choose a model's own from."""
BINS = 10
SMALLEST = float(np.finfo(np.float32).eps)
"""Probability below which a logarithm says more of rounding than of the model."""
NOTHING = "(nothing)"
"""What a clip is read as that could not be read."""


@dataclass(frozen=True)
class LabelScore:
    """What a set of readings comes to; shares are fractions."""

    clips: int
    labels: int
    """That the model can tell apart, whether or not they are said here."""
    top1: float
    """Share of clips whose likeliest label is the right one."""
    low: float
    """95 % interval of `top1` (Wilson)."""
    high: float
    top3: float
    """Share of clips with the right label among the likeliest three."""
    macro: float
    """Mean over the labels said of the share of their clips that are read right."""
    chance: float
    """`top1` of a guess."""
    majority: float
    """`top1` of always saying the label that is said most often here."""
    nll: float
    """Mean negative log-probability of the right label, nats; guessing gives log(labels)."""
    ece: float
    """Expected calibration error: how far the confidence is from the share read right."""


@dataclass(frozen=True)
class Bin:
    """The readings with a confidence above `low` and up to `high`."""

    low: float
    high: float
    clips: int
    confidence: float
    """Their mean."""
    right: float
    """Share read right."""


@dataclass(frozen=True)
class Answers:
    """What comes of rejecting every text less confident than `threshold`."""

    threshold: float
    answered: float
    """Share of clips that are given a text at all."""
    wrong: float
    """Share of those whose text is wrong; 0 where nothing is answered."""


@dataclass(frozen=True)
class Speakers:
    """How much it matters who speaks; at least two speakers."""

    top1: Mapping[str, tuple[float, int]]
    """Of each speaker: the share read right, and of how many clips."""
    mean: float
    """Over the speakers, each counted alike."""
    deviation: float
    """Standard deviation over the speakers (of a sample: n - 1)."""


def score_labels(readings: Sequence[Reading], labels: Sequence[str]) -> LabelScore:
    """The score of `readings`, at least one, by a model that knows `labels`."""
    right = sum(_right(reading) for reading in readings)
    low, high = wilson(right, len(readings))
    found = [reading.reference in [text for text, _ in reading.choices[:3]] for reading in readings]
    said = Counter(reading.reference for reading in readings)
    guess = 1 / len(labels)
    # A clip that could not be read tells nothing: every label is as likely as before.
    given = [dict(reading.choices).get(reading.reference, guess) for reading in readings]
    return LabelScore(
        clips=len(readings),
        labels=len(labels),
        top1=right / len(readings),
        low=low,
        high=high,
        top3=fmean(found),
        macro=fmean(recalls(readings).values()),
        chance=guess,
        majority=max(said.values()) / len(readings),
        nll=-fmean(log(max(probability, SMALLEST)) for probability in given),
        ece=calibration_error(reliability(readings)),
    )


def wilson(right: int, trials: int, coverage: float = 0.95) -> tuple[float, float]:
    """Score interval of the share `right / trials`: within 0..1, and honest for few trials.

    Wilson: "Probable inference, the law of succession, and statistical inference", J. Am. Stat.
    Assoc. 22, 1927.
    """
    z = NormalDist().inv_cdf((1 + coverage) / 2)
    share = right / trials
    centre = share + z * z / (2 * trials)
    reach = z * sqrt(share * (1 - share) / trials + (z / (2 * trials)) ** 2)
    scale = 1 + z * z / trials
    low, high = (centre - reach) / scale, (centre + reach) / scale
    return min(share, max(0.0, low)), max(share, min(1.0, high))  # rounding may pass by either


def recalls(readings: Sequence[Reading]) -> dict[str, float]:
    """Share read right of the clips of each label that is said, by label."""
    said = Counter(reading.reference for reading in readings)
    right = Counter(reading.reference for reading in readings if _right(reading))
    return {label: right[label] / said[label] for label in sorted(said)}


def reliability(readings: Sequence[Reading], bins: int = BINS) -> list[Bin]:
    """The readings by confidence, in bins of equal width (a confidence of 0 is in the first);
    bins without any are left out."""
    confidences = np.array([reading.confidence for reading in readings])
    right = np.array([_right(reading) for reading in readings])
    edges = np.linspace(0, 1, bins + 1)
    places = np.clip(np.searchsorted(edges, confidences), 1, bins)
    return [
        Bin(
            low=float(edges[place - 1]),
            high=float(edges[place]),
            clips=int((places == place).sum()),
            confidence=float(confidences[places == place].mean()),
            right=float(right[places == place].mean()),
        )
        for place in np.unique(places)
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Mean distance between confidence and share read right, over the clips.

    Guo, Pleiss, Sun, Weinberger: "On calibration of modern neural networks", ICML 2017, eq. 3.
    """
    clips = sum(one.clips for one in bins)
    return sum(one.clips * abs(one.confidence - one.right) for one in bins) / clips


def answers(readings: Sequence[Reading], threshold: float) -> Answers:
    """How many clips are answered, and how many of those wrongly, with that threshold."""
    given = [one for one in readings if one.hypothesis and one.confidence >= threshold]
    wrong = sum(not _right(reading) for reading in given)
    return Answers(threshold, len(given) / len(readings), wrong / len(given) if given else 0.0)


def coverage(readings: Sequence[Reading]) -> tuple[np.ndarray, np.ndarray]:
    """Share of clips answered (ascending) and share of those read right, for every threshold that
    makes a difference: selective accuracy over coverage.

    El-Yaniv, Wiener: "On the foundations of noise-free selective classification", JMLR 11, 2010.
    """
    given = [reading for reading in readings if reading.hypothesis]
    given.sort(key=lambda reading: -reading.confidence)
    confidences = np.array([reading.confidence for reading in given])
    counts = np.arange(1, len(given) + 1)
    right = np.cumsum([_right(reading) for reading in given])
    ends = np.diff(confidences, append=-1) < 0  # no threshold tells equal confidences apart
    return (counts / len(readings))[ends], (right / counts)[ends]


def by_speaker(readings: Sequence[Reading]) -> Speakers | None:
    """How well each speaker is read; None where there are not at least two."""
    names = sorted({reading.speaker for reading in readings})
    if len(names) < 2:
        return None
    own = {name: [_right(one) for one in readings if one.speaker == name] for name in names}
    top1 = {name: (fmean(right), len(right)) for name, right in own.items()}
    shares = [share for share, _ in top1.values()]
    return Speakers(top1, fmean(shares), stdev(shares))


def label_confusion(readings: Sequence[Reading], labels: Sequence[str]) -> Confusion:
    """What was read where each of `labels` was said; `NOTHING` is one more where clips could not be
    read."""
    read = [reading.hypothesis or NOTHING for reading in readings]
    words = (*labels, NOTHING) if NOTHING in read else tuple(labels)
    counts = np.zeros((len(words), len(words)), int)
    for reading, text in zip(readings, read, strict=True):
        counts[words.index(reading.reference), words.index(text)] += 1
    return Confusion(words, counts)


def _right(reading: Reading) -> bool:
    return reading.hypothesis == reading.reference
