"""What phonemes look like on the lips, and how their looks blend.

Phonemes that look alike on the lips share a viseme, in groups after Fisher, "Confusions Among
Visually Perceived Consonants", 1968, and Lee and Yook, "Audio-to-Visual Conversion Using Hidden
Markov Models", 2002. How visemes blend is Cohen and Massaro's "Modeling Coarticulation in Synthetic
Visual Speech", 1993: each has a target and a dominance that fades with time to both sides, and the
mouth is the mean of the targets, weighted by their dominances, for each of its parameters.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np

from .mouth import MouthShape

FADE = 24.0
"""Per second: how fast dominances fade."""
PARAMETERS = tuple(field.name for field in fields(MouthShape))


@dataclass(frozen=True)
class Viseme:
    """What the mouth is to look like, for how long, and on which parameters it insists."""

    shape: MouthShape
    seconds: float
    firm: tuple[str, ...] = ()
    dominance: float = 1.0
    """Of the firm parameters; the others have `LOOSE`."""


LOOSE = 0.15
_ROUND = ("rounding", "width", "opening")
_OPEN = ("opening", "width", "rounding")
REST = Viseme(MouthShape(), 0.0, PARAMETERS)
VISEMES = {
    "bilabial": Viseme(MouthShape(press=0.8), 0.09, ("opening", "press"), 6.0),
    "labiodental": Viseme(
        MouthShape(opening=0.15, tuck=1.0, teeth=0.9), 0.10, ("opening", "tuck", "teeth"), 4.0
    ),
    "interdental": Viseme(
        MouthShape(opening=0.22, teeth=0.8, tongue=1.0), 0.10, ("opening", "teeth", "tongue"), 2.0
    ),
    "alveolar": Viseme(
        MouthShape(opening=0.14, width=0.2, teeth=0.9, tongue=0.4), 0.08, ("opening", "teeth"), 0.8
    ),
    "lateral": Viseme(
        MouthShape(opening=0.30, teeth=0.5, tongue=0.9), 0.08, ("opening", "tongue"), 1.0
    ),
    "velar": Viseme(MouthShape(opening=0.28, teeth=0.3), 0.08, ("opening",), 0.4),
    "postalveolar": Viseme(
        MouthShape(opening=0.20, width=-0.3, rounding=0.65, teeth=0.8),
        0.11,
        (*_ROUND, "teeth"),
        1.5,
    ),
    "glide": Viseme(MouthShape(opening=0.10, width=-0.5, rounding=1.0), 0.09, _ROUND, 2.0),
    "rhotic": Viseme(MouthShape(opening=0.18, rounding=0.5, teeth=0.2), 0.08, _ROUND, 0.7),
    "spread": Viseme(MouthShape(opening=0.32, width=0.9, teeth=0.6), 0.12, _OPEN),
    "mid": Viseme(MouthShape(opening=0.48, width=0.5, teeth=0.5), 0.12, _OPEN),
    "open": Viseme(MouthShape(opening=0.90, teeth=0.4), 0.14, _OPEN, 1.3),
    "central": Viseme(MouthShape(opening=0.40, teeth=0.3), 0.09, _OPEN, 0.7),
    "low round": Viseme(MouthShape(opening=0.60, width=-0.3, rounding=0.6), 0.14, _OPEN),
    "close round": Viseme(MouthShape(opening=0.16, width=-0.6, rounding=1.0), 0.13, _OPEN, 1.3),
}
_PHONEMES = {
    "bilabial": "P B M",
    "labiodental": "F V",
    "interdental": "TH DH",
    "alveolar": "T D S Z N",
    "lateral": "L",
    "velar": "K G NG HH Y",
    "postalveolar": "CH JH SH ZH",
    "glide": "W",
    "rhotic": "R ER",
    "spread": "IY IH",
    "mid": "EH AE",
    "open": "AA",
    "central": "AH",
    "low round": "AO",
    "close round": "UW UH",
}
PHONEMES = {
    phoneme: VISEMES[name] for name, members in _PHONEMES.items() for phoneme in members.split()
}
DIPHTHONGS = {
    "AY": ("AA", "IY"),
    "AW": ("AA", "UW"),
    "EY": ("EH", "IY"),
    "OW": ("AO", "UW"),
    "OY": ("AO", "IY"),
}


def blend(visemes: Sequence[Viseme], spans: np.ndarray, times: np.ndarray) -> np.ndarray:
    """(T, P): the parameters at `times`, of visemes that hold for their `spans` ((N, 2))."""
    targets = np.array([astuple(viseme.shape) for viseme in visemes])
    strengths = np.array(
        [[v.dominance if name in v.firm else LOOSE for name in PARAMETERS] for v in visemes]
    )
    away = np.maximum(spans[:, :1] - times, times - spans[:, 1:]).clip(0)
    weights = np.exp(-FADE * away)[:, :, None] * strengths[:, None, :]
    return (weights * targets[:, None, :]).sum(0) / weights.sum(0)
