"""What becomes of taught phrases when something has changed since, and what one more take mends.

Each clip is made worse as for `python -m benchmarks robustness`.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from edge_lip.phrases.matching import Matcher
from edge_lip.recording.film import write_film
from edge_lip.sources.frame import Frame
from edge_lip.sources.specs import open_source
from training.data.clip import Clip
from training.data.datasets.grid import FPS

from ..degrade import FACTORS, Shot
from .counting import Tally
from .sessions import Features, Session, sessions, teach
from .words import watch

TAKES: Final = 3
BY_NAME: Final = {factor.name: factor for factor in FACTORS}
Frames = Sequence[Frame]


@dataclass(frozen=True)
class Condition:
    """What has changed."""

    name: str
    change: Callable[[Shot], Frames]


def _factors(*levels: tuple[str, float]) -> Callable[[Shot], Frames]:
    """Factors of the robustness page, one after the other."""

    def change(shot: Shot) -> Frames:
        for name, level in levels:
            shot = Shot(shot.name, tuple(BY_NAME[name].change(shot, level)))
        return shot.frames

    return change


def _filmed(shot: Shot) -> Frames:
    """As `edge-lip record` keeps takes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "take.mp4"
        write_film(path, (frame.image for frame in shot.frames), FPS)
        with open_source(str(path)) as film:
            pairs = zip(film, shot.frames, strict=False)
            return [replace(seen, time=frame.time) for seen, frame in pairs]


FILMED: Final = Condition("kept as mp4", _filmed)
CONDITIONS: Final = (
    Condition("a quarter of the light", _factors(("brightness", 1 / 4))),
    Condition("four times the light", _factors(("brightness", 4))),
    Condition("light from behind", _factors(("backlight", 0.5))),
    Condition("farther, eyes 32 pixels apart", _factors(("distance", 32))),
    Condition("15 frames a second", _factors(("rate", 15))),
    Condition("30 frames a second", _factors(("rate", 30))),
    Condition(
        "another day: half the light, eyes 40 apart, head 10 degrees aside, noise",
        _factors(("yaw", 10), ("brightness", 1 / 2), ("distance", 40), ("noise", 5)),
    ),
    FILMED,
)


def drift(clips: Sequence[Clip], plain: Features) -> Iterator[tuple[str, str, Tally]]:
    """For the clips of one person, as they are in `plain`: what has changed, what was taught, and
    what became of it."""
    some = list(sessions(clips, plain, ("one word",), (TAKES,), spare=1))
    yield from _told("nothing has", some, plain, plain)
    for condition in CONDITIONS:
        changed = watch(clips, change=_changer(condition), what=condition.name)
        yield from _told(condition.name, some, plain, changed)
        if condition is FILMED:
            tally = Tally()
            for session in some:
                tally.count(session, Matcher(session.book(changed)), plain)
            yield "taught from mp4 instead", f"{TAKES} takes", tally


def _changer(condition: Condition) -> Callable[[Clip], Frames]:
    def change(clip: Clip) -> Frames:
        with open_source(clip.source) as source:
            return condition.change(Shot(clip.name, tuple(source)))

    return change


def _told(
    name: str, some: Sequence[Session], plain: Features, changed: Features
) -> Iterator[tuple[str, str, Tally]]:
    """Taught as it was, with one more take of that, and with one of how it is now."""
    of_now = () if changed is plain else (("of now", changed),)
    for more, features in ((None, plain), ("as before", plain), *of_now):
        tally = Tally()
        for session in some:
            book = session.book(plain)
            if more is not None:
                for text, spots in session.spare.items():
                    book = teach(book, text, spots, features)
            tally.count(session, Matcher(book), changed)
        yield name, f"{TAKES} takes" + (f", one more {more}" if more else ""), tally
