"""What became of utterances, in numbers."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from edge_lip.phrases.matching import Matcher
from edge_lip.phrases.phrasebook import NOTHING
from edge_lip.phrases.takes import take_of

from .sessions import Features, Session

KEPT: Final = 0.9
"""Share of the right that a threshold is to answer, for `Curve.false_accepts`."""


@dataclass(frozen=True)
class Curve:
    """How well a chance tells what is right from what was never taught, over all thresholds."""

    false_accepts: float
    """Share of the untaught that is answered where `KEPT` of the right is."""
    equal: float
    """Share of both that is told wrong where these are equal."""
    area: float
    """Chance that of one of each the right one has the greater chance."""

    @staticmethod
    def of(right: np.ndarray, untaught: np.ndarray) -> "Curve":
        """Of the chances (N,) of taught utterances whose nearest phrase is right, and of those
        (M,) of what was never taught; at least one each."""
        levels = np.unique(np.concatenate([right, untaught]))
        refused = np.searchsorted(np.sort(right), levels) / len(right)
        answered = 1 - np.searchsorted(np.sort(untaught), levels) / len(untaught)
        equal = int(np.abs(refused - answered).argmin())
        above = (right[:, np.newaxis] > untaught).mean()
        level = (right[:, np.newaxis] == untaught).mean()
        return Curve(
            float((untaught >= np.quantile(right, 1 - KEPT)).mean()),
            float(refused[equal] + answered[equal]) / 2,
            float(above + level / 2),
        )

    def line(self) -> str:
        """In per cent."""
        return (
            f"where {100 * KEPT:.0f} % of the right are answered, {100 * self.false_accepts:.0f} % "
            f"of the untaught are; equal errors {100 * self.equal:.0f} %, area {self.area:.3f}"
        )


@dataclass
class Tally:
    """What became of utterances, one after the other."""

    right: list[float] = field(default_factory=list)
    """Chances of the taught whose nearest phrase is right; none where nothing is nearer..."""
    missed: list[float] = field(default_factory=list)
    """...and of those whose nearest phrase is another."""
    untaught: list[float] = field(default_factory=list)
    """Chances of what was never taught."""
    answered: dict[str, int] = field(
        default_factory=lambda: {"right": 0, "wrong": 0, "untaught": 0}
    )
    """How many got an answer."""
    others: dict[str, int] = field(default_factory=dict)
    """How many of the taught have the right phrase nearest in another way, by its name."""

    def count(self, session: Session, matcher: Matcher, features: Features) -> None:
        """Match all that is said in a session, as it was seen in `features`."""
        for text, spot in session.tests:
            cut = spot.cut(features)
            if cut is None:
                continue
            match = matcher.match(take_of(cut))
            spoken = next(one for one in match.texts if one != NOTHING)
            chance = match.chances[0] if match.texts[0] != NOTHING else 0.0
            (self.right if spoken == text else self.missed).append(chance)
            if match.known():
                self.answered["right" if spoken == text else "wrong"] += 1
        for spot in session.strange:
            cut = spot.cut(features)
            if cut is not None:
                match = matcher.match(take_of(cut))
                self.untaught.append(match.chances[0] if match.texts[0] != NOTHING else 0.0)
                self.answered["untaught"] += match.known()

    def add(self, other: "Tally") -> None:
        """What became of others."""
        self.right += other.right
        self.missed += other.missed
        self.untaught += other.untaught
        for mine, theirs in ((self.answered, other.answered), (self.others, other.others)):
            for name, count in theirs.items():
                mine[name] = mine.get(name, 0) + count

    def line(self) -> str:
        """In per cent."""
        taught = len(self.right) + len(self.missed)
        of, strange = taught / 100, len(self.untaught) / 100
        others = ", ".join(f"{name} {count / of:.0f}" for name, count in self.others.items())
        curve = Curve.of(np.array(self.right), np.array(self.untaught))
        return (
            f"nearest right {len(self.right) / of:3.0f} %{f' ({others})' if others else ''}; "
            f"answered right {self.answered['right'] / of:.0f} %, "
            f"wrong {self.answered['wrong'] / of:.0f} %, "
            f"untaught {self.answered['untaught'] / strange:.0f} %; {curve.line()} "
            f"({taught} and {len(self.untaught)} utterances)"
        )
