"""What phonemes look like on the lips, and how their looks blend.

Phonemes that look alike on the lips share a viseme, in groups after Fisher, "Confusions Among
Visually Perceived Consonants", 1968, and Lee and Yook, "Audio-to-Visual Conversion Using Hidden
Markov Models", 2002: what lips, teeth and tongue do. How far the mouth opens and spreads for each
phoneme, and how much that matters to it, was fitted to the lips of a speaker of the GRID corpus
(CC BY 4.0), but for lips that close or meet the teeth.

How visemes blend is Cohen and Massaro's "Modeling Coarticulation in Synthetic Visual Speech", 1993:
each has a target and a dominance that fades with time to both sides, and the mouth is the mean of
the targets, weighted by their dominances, for each of its parameters.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, field, fields, replace
from itertools import compress

import numpy as np

from .mouth import MouthShape

PARAMETERS = tuple(parameter.name for parameter in fields(MouthShape))
FADE = {"opening": 14.0, "width": 10.0, "rounding": 14.0}
"""Per second: how fast dominances fade; jaw and corners of the mouth are slow."""
QUICK = 22.0
"""That of the other parameters."""
LOOSE = 0.15
"""Dominance of parameters that a viseme does not insist on."""
TOGETHER, REACH = 256, 4.0
"""Frames computed at once, so that hours of speech fit into memory, and the seconds before and
after them within which a viseme still counts."""


@dataclass(frozen=True)
class Viseme:
    """What the mouth is to look like, and with which dominance, by parameter."""

    shape: MouthShape
    dominance: dict[str, float] = field(default_factory=dict)


REST = "rest"
_LOOKS = {
    "bilabial": Viseme(MouthShape(press=0.7), {"press": 6}),
    "labiodental": Viseme(MouthShape(tuck=1.0, teeth=0.8), {"tuck": 5, "teeth": 4}),
    "interdental": Viseme(MouthShape(teeth=0.6, tongue=1.0), {"teeth": 2, "tongue": 3}),
    "alveolar": Viseme(MouthShape(teeth=0.8, tongue=0.4), {"teeth": 0.8}),
    "lateral": Viseme(MouthShape(teeth=0.4, tongue=0.9), {"tongue": 1.5}),
    "velar": Viseme(MouthShape(teeth=0.3)),
    "postalveolar": Viseme(MouthShape(rounding=0.5, teeth=0.8), {"rounding": 2, "teeth": 1.5}),
    "glide": Viseme(MouthShape(rounding=0.9), {"rounding": 2}),
    "rhotic": Viseme(MouthShape(rounding=0.45, teeth=0.2), {"rounding": 1}),
    "spread": Viseme(MouthShape(teeth=0.6), {"rounding": 1}),
    "mid": Viseme(MouthShape(teeth=0.5), {"rounding": 1}),
    "open": Viseme(MouthShape(teeth=0.4), {"rounding": 1}),
    "central": Viseme(MouthShape(teeth=0.3), {"rounding": 0.7}),
    "low round": Viseme(MouthShape(rounding=0.45), {"rounding": 1}),
    "close round": Viseme(MouthShape(rounding=0.8), {"rounding": 1.5}),
}
_MEMBERS = {
    # Phonemes, each with its opening, that one's dominance, its width, and that one's.
    "bilabial": "P 0 6 0.2 1, B 0 6 0 2, M 0 6 0.2 2",
    "labiodental": "F 0.10 4 0.3 1, V 0.10 4 0.1 1",
    "interdental": "TH 0.20 2 0.2 2, DH 0.15 3 -0.6 2",
    "alveolar": (
        "T 0.50 0.4 0 0.3, D 0.40 1 -0.4 2, S 0.28 1 -0.3 3, Z 0.25 0.7 0.3 1, N 0.25 0.3 0.5 0.4"
    ),
    "lateral": "L 0.32 3 -0.3 1",
    "velar": (
        "K 0.42 1 0.2 1, G 0.42 0.4 -0.2 1, NG 0.42 0.4 0 1, Y 0.37 1 -0.2 1, HH 0.40 0.4 -0.2 0.3"
    ),
    "postalveolar": "CH 0.42 1 0 1, JH 0.42 1 -0.2 2, SH 0.40 1 0 1, ZH 0.40 1 -0.2 1",
    "glide": "W 0 1 0 3",
    "rhotic": "R 0.08 1 -0.6 1, ER 0.40 1 -0.4 1",
    "spread": "IY 0.46 0.7 0.6 1.5, IH 0.48 1 -0.2 2, AY2 0.62 1 -0.3 1, EY2 0.62 1 0.9 2",
    "mid": "EH 0.50 1 -0.2 1, AE 0.46 0.5 -0.5 1, EY1 0.48 0.5 -0.3 2",
    "open": "AA 0.60 3 -0.6 1, AY1 0.45 0.5 -0.5 1, AW1 0.72 1.5 -0.3 1",
    "central": "AH 0.43 1 -0.3 1",
    "low round": "AO 0.35 3 -0.2 1, OW1 0.46 1 0 1",
    "close round": "UW 0.22 3 0 3, UH 0.30 1 0 1, OW2 0.12 1.5 0 1.5, AW2 0.15 2 0 1",
}
DIPHTHONGS = {
    "AY": ("AY1", "AY2"),
    "AW": ("AW1", "AW2"),
    "EY": ("EY1", "EY2"),
    "OW": ("OW1", "OW2"),
    "OY": ("AO", "IY"),
}


def _member(name: str, entry: str) -> tuple[str, Viseme]:
    phoneme, *numbers = entry.split()
    opening, opening_dominance, width, width_dominance = map(float, numbers)
    viseme = _LOOKS[name]
    shape = replace(viseme.shape, opening=opening, width=width)
    firm = {**viseme.dominance, "opening": opening_dominance, "width": width_dominance}
    return phoneme, Viseme(shape, firm)


VISEMES = {
    REST: Viseme(MouthShape(), dict.fromkeys(PARAMETERS, 1.0)),
    **dict(
        _member(name, entry) for name, entries in _MEMBERS.items() for entry in entries.split(",")
    ),
}
"""By phoneme, half of a diphthong, or `REST`."""


def blend(visemes: Sequence[Viseme], spans: np.ndarray, times: np.ndarray) -> np.ndarray:
    """(T, P): the parameters at `times`, of visemes that hold for their `spans` ((N, 2))."""
    targets = np.array([astuple(viseme.shape) for viseme in visemes])
    parts = []
    for start in range(0, len(times), TOGETHER):
        part = times[start : start + TOGETHER]
        near = (spans[:, 0] < part[-1] + REACH) & (spans[:, 1] > part[0] - REACH)
        weights = dominances(list(compress(visemes, near)), spans[near], part)
        parts.append((weights * targets[near, None, :]).sum(0) / weights.sum(0))
    return np.concatenate(parts)


def dominances(visemes: Sequence[Viseme], spans: np.ndarray, times: np.ndarray) -> np.ndarray:
    """(V, T, P): how much each viseme counts at `times` for each parameter."""
    strengths = np.array(
        [[viseme.dominance.get(name, LOOSE) for name in PARAMETERS] for viseme in visemes]
    )
    fades = np.array([FADE.get(name, QUICK) for name in PARAMETERS])
    away = np.maximum(spans[:, :1] - times, times - spans[:, 1:]).clip(0)
    return np.exp(-fades * away[:, :, None]) * strengths[:, None, :]
