"""Taught phrases on people whom nothing was trained on: words cut from running sentences, and
pairs of words.

    python -m benchmarks phrases --data path/to/grid [--speakers s1 s4] [--clips 150]
    python -m benchmarks phrases --data path/to/grid --drift
    python -m benchmarks phrases --speed

Of the words that a speaker says often enough, six in ten colours and six in ten digits are taught,
by 1, 3 and 5 takes; the others, and letters, are what was never taught. Once with and once without
takes of nothing, for which other letters stand. s1 and s4, colours and digits are not in what
`edge_lip.phrases` knows of how people speak (see `scripts.phrase_people`, `scripts.phrase_doubt`).
The same with two words, command and colour, digit and adverb, twelve phrases at most: there, what
was never taught often shares a word with what was. Beside it, plain dynamic time warping on the
same pictures, and on the lips' shape.

`--drift`: one word, three takes, and what is said later under other conditions, before and after
one more take.
"""

import argparse
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from edge_lip.errors import DataError
from edge_lip.phrases.matching import Matcher
from training.data.clip import Clip

from .counting import Tally
from .drift import drift
from .plain import Plain, Shapes
from .sessions import OF_NOTHING, Features, Session, sessions
from .speed import SIZES, speed
from .words import clips_of, watch


def main(arguments: Sequence[str] | None = None) -> None:
    """Teach and count."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks phrases", description="Taught words of people never seen."
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--data", type=Path, help="GRID's folder")
    what.add_argument("--speed", action="store_true", help="how long it takes, of made-up phrases")
    parser.add_argument("--drift", action="store_true", help="when something has changed since")
    parser.add_argument("--speakers", nargs="+", default=["s1", "s4"])
    parser.add_argument("--clips", type=int, default=150, help="of each speaker, at most")
    options = parser.parse_args(arguments)
    if options.speed:
        for size in SIZES:
            print(speed(size))
        return
    people = [clips_of(options.data, one, options.clips) for one in options.speakers]
    lines = drifted(people) if options.drift else taught(people)
    if not lines:
        raise DataError("no word is said often enough to be taught and tested")
    print(*lines, sep="\n")


def taught(people: Sequence[Sequence[Clip]]) -> list[str]:
    """What becomes of what each of them teaches, in lines."""
    tallies: dict[tuple[str, int, bool], Tally] = defaultdict(Tally)
    for clips in people:
        pictures, shapes = watch(clips), watch(clips, Shapes(), what="lips alone")
        for session in sessions(clips, pictures):
            for nothing in (False, True):
                tally = tallies[session.unit, session.count, nothing]
                tally.count(session, Matcher(session.book(pictures, nothing)), pictures)
                if not nothing:
                    count_plain(tally, "floor", session, pictures)
                    count_plain(tally, "lips' shape", session, shapes)
    return [
        f"{unit}, {count} takes{f' and {OF_NOTHING} of nothing' if nothing else ''}: {tally.line()}"
        for (unit, count, nothing), tally in sorted(tallies.items())
    ]


def count_plain(tally: Tally, name: str, session: Session, features: Features) -> None:
    """How many of the taught plain warping has right."""
    takes = {
        text: [cut for spot in spots if (cut := spot.cut(features)) is not None]
        for text, spots in session.taught.items()
    }
    plain = Plain(takes)
    right = sum(
        plain.nearest(cut) == text
        for text, spot in session.tests
        if (cut := spot.cut(features)) is not None
    )
    tally.others[name] = tally.others.get(name, 0) + right


def drifted(people: Sequence[Sequence[Clip]]) -> list[str]:
    """The same where something has changed since."""
    tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)
    for clips in people:
        for name, book, tally in drift(clips, watch(clips)):
            tallies[name, book].add(tally)
    return [f"{name}; {book}: {tally.line()}" for (name, book), tally in tallies.items()]
