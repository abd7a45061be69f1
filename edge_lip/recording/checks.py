"""What can be wrong with a take, one small function each; the table at the end has them all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from ..mouth.crop import visible
from ..reading.visibility import State
from ..sources.health import Policy
from .take import Seen, Take

FACE: Final = 0.9
"""Part of the pictures in which a face has to be readable: under that, docs/robustness.md calls it
lost. 80 clips of GRID's s1, s3, s4 and s5 have more."""
DARK: Final = 30
"""Grey level under which the brightest twentieth of a mouth is too dark. Of 16 rendered talkers of
every skin it has 88 and more, of 12 clips of GRID 150. Made so dark that it has 44, landmarks at
rest move by 0.025, less than what is speech; at 22 they tremble as fast as lips that speak, 0.04.
"""
NEAR: Final = 32.0
"""Pixels between the outer eye corners, from which nothing is lost in docs/robustness.md; at 24
twice as many words of rendered talkers are wrong, at 16 no face is found."""
EDGE: Final = 0.2
"""Seconds at either end of a take in which lips are to be slower than what begins to be speech. Of
16 rendered talkers, who begin 0.1 s after the first picture at the soonest, all are; of 20 clips of
GRID speakers each, those of s4 and s5 and all but one of s1, and half of those of s3, who speaks
when the clip begins or ends."""


@dataclass(frozen=True)
class Check:
    """One thing that can be wrong."""

    find: Callable[[Take], str | None]
    """What is wrong and what to do, in a line; None where it is not."""
    of_nothing: bool = False
    """Whether it counts for takes of nothing, too, where lips may do what they like."""


def no_face(take: Take) -> str | None:
    """No face, or not for long enough."""
    share = _share(take, "lost")
    if share == 1:
        return "no face: it has to be in the picture, frontal and lit"
    return _seldom(share, "there is no face")


def turned(take: Take) -> str | None:
    """The head is turned too far aside (see `FacePolicy.turned`)."""
    return _seldom(_share(take, "turned"), "the head is turned away, look at the camera:")


def covered(take: Take) -> str | None:
    """Something is in front of the mouth."""
    return _seldom(_share(take, "covered"), "the mouth is covered")


def too_dark(take: Take) -> str | None:
    """The mouth is too dark."""
    light = [np.percentile(visible(crop.image), 95) for crop in take.crops]
    if light and np.median(light) < DARK:
        return "too dark: turn on a light in front of you"
    return None


def too_slow(take: Take) -> str | None:
    """Too few pictures a second, as of a camera in the dark."""
    if len(take.seen) > 1 and take.fps < Policy().slow:
        return f"{take.fps:.0f} pictures a second are too few: more light, or a smaller picture"
    return None


def too_far(take: Take) -> str | None:
    """The face is too small in the picture."""
    apart = float(np.median([crop.pose.scale for crop in take.crops])) if take.crops else NEAR
    if apart < NEAR:
        return f"too far: {apart:.0f} pixels between the eyes, {NEAR:.0f} are needed; come closer"
    return None


def early(take: Take) -> str | None:
    """Lips that spoke before they were asked to."""
    if take.prompted is not None and any(
        one.speaking and one.time <= take.prompted for one in take.seen
    ):
        return "the lips moved before it was time: close them until you are asked"
    return None


def cut_at_the_beginning(take: Take) -> str | None:
    """Lips that move in the first pictures already."""
    first = take.seen[0].time
    if _moves(take, [one for one in take.seen if one.time - first <= EDGE]):
        return "cut off at the beginning: the lips move in the first pictures already"
    return None


def cut_at_the_end(take: Take) -> str | None:
    """Lips that still move in the last pictures."""
    last = take.seen[-1].time
    if _moves(take, [one for one in take.seen if last - one.time <= EDGE]):
        return "cut off at the end: the lips still move in the last pictures"
    return None


def still(take: Take) -> str | None:
    """Lips that said nothing."""
    if take.crops and not any(one.speaking for one in take.seen):
        return "the lips were not seen to speak: say it as you would to somebody"
    return None


CHECKS: Final = {
    "no face": Check(no_face, of_nothing=True),
    "dark": Check(too_dark, of_nothing=True),
    "slow": Check(too_slow, of_nothing=True),
    "far": Check(too_far, of_nothing=True),
    "turned": Check(turned),
    "covered": Check(covered),
    "early": Check(early),
    "beginning": Check(cut_at_the_beginning),
    "end": Check(cut_at_the_end),
    "still": Check(still),
}
"""By name, in the order in which they are told."""


def problems(take: Take, nothing: bool = False) -> tuple[str, ...]:
    """All that is wrong with `take`, a line each; `nothing`: no phrase was to be said in it."""
    found = (one.find(take) for one in CHECKS.values() if one.of_nothing or not nothing)
    return tuple(line for line in found if line is not None)


def _share(take: Take, state: State) -> float:
    """Part of the pictures in which the face is so."""
    return sum(one.state == state for one in take.seen) / len(take.seen)


def _seldom(share: float, what: str) -> str | None:
    return f"{what} in {share:.0%} of the pictures" if share > 1 - FACE else None


def _moves(take: Take, seen: list[Seen]) -> bool:
    """Whether lips are anywhere as fast as those that begin to speak."""
    return any(one.crop is not None and one.speed >= take.thresholds.on for one in seen)
