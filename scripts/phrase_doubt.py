"""What makes an utterance the phrase that it is nearest to: learned from other people's teaching.

    python -m scripts.phrase_doubt --data path/to/grid

Writes `edge_lip/phrases/doubt.json` (see `edge_lip.phrases.doubt`). Each of many people teaches a
few of their words, at random, or of phrases put together of two, and says others of their takes and
what was not taught. Two people, s1 and s4, colours and digits are left out: they are what
`python -m benchmarks phrases` measures with. It also tells how well it does on a person who is left
out.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from tqdm import tqdm

from benchmarks.phrases.counting import Curve
from benchmarks.phrases.words import AROUND, Places, clips_of, said, watch
from edge_lip.phrases import doubt
from edge_lip.phrases.doubt import MARKS, Doubt
from edge_lip.phrases.matching import Matcher
from edge_lip.phrases.phrasebook import NOTHING, Phrasebook
from edge_lip.phrases.takes import scatter, take_of
from edge_lip.system.files import replacing
from training.data.datasets.grid import read_grid

MOST: Final = 60
"""Clips of a person."""
PLACES: Final[Sequence[Places]] = ((0,), (2,), (3,), (5,), (2, 3))
"""Words of a sentence that are taught: command, preposition, letter, adverb, and a pair."""
SPLICED: Final[Sequence[Places]] = ((0,), (5,))
"""Words of which phrases are put together: command, adverb."""
SESSIONS: Final = 60
"""Of a person, and a third as many with phrases put together."""
TAKES: Final = (1, 2, 3, 3, 4, 5)
PHRASES: Final = (1, 12)
"""Fewest and most."""
TESTED: Final = 3
"""Further takes of each phrase."""
OF_NOTHING: Final = 6
PULL: Final = 10.0
"""How strongly weights are held near zero."""
SECOND: Final = 1000
"""From where on other seeds are."""
STEPS: Final = 30
"""Of Newton's method: it stands still long before."""


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description="How other people's taught phrases are told.")
    parser.add_argument("--data", type=Path, required=True, help="GRID's folder")
    parser.add_argument("--without", nargs="+", default=["s1", "s4"], help="people left out")
    options = parser.parse_args()
    speakers = sorted({clip.speaker for clip in read_grid(options.data)} - {*options.without})
    found = []
    for number, speaker in enumerate(tqdm(speakers, disable=None)):
        clips = clips_of(options.data, speaker, MOST)
        features = watch(clips)
        words = {
            (places, text): [np.asarray(spot.cut(features)) for spot in some]
            for places in PLACES
            for text, some in said(clips, features, places).items()
        }
        rows = [
            *taught(words, np.random.default_rng(number)),
            *spliced(words, np.random.default_rng(SECOND + number)),
        ]
        if rows:
            marks, right, learned = (np.array(column) for column in zip(*rows, strict=True))
            found.append((marks, right, learned))
    told = []
    for k, (marks, right, learned) in enumerate(found):
        rest = [one for n, one in enumerate(found) if n != k]
        left_out = learn(*(np.concatenate(column) for column in zip(*rest, strict=True)))
        chances = np.array([left_out.chance(one) for one in marks])
        print(f"person {k + 1} left out: {Curve.of(chances[right], chances[~learned]).line()}")
        told.append((chances, right, learned))
    print(truth(*(np.concatenate(column) for column in zip(*told, strict=True))))
    every = learn(*(np.concatenate(column) for column in zip(*found, strict=True)))
    path = Path(doubt.__file__).with_name(doubt.FILE)
    with replacing(path) as temporary:
        temporary.write_text(doubt.as_json(every), encoding="utf-8")
    print(f"{path}: {len(found)} people, {sum(len(one[0]) for one in found)} utterances")


def taught(
    words: Mapping[tuple[Places, str], Sequence[np.ndarray]], rng: np.random.Generator
) -> Iterator[tuple[np.ndarray, bool, bool]]:
    """Of utterances beside what somebody taught: marks, whether the nearest phrase is right, and
    whether it was taught at all. `words`: what that person says, and where; the features of each
    time."""
    for _ in range(SESSIONS):
        count = int(rng.choice(TAKES))
        can = sorted(word for word, takes in words.items() if len(takes) > count)
        if len(can) < 2:
            continue
        size = int(rng.integers(PHRASES[0], min(len(can) - 1, PHRASES[1]) + 1))
        chosen = [can[k] for k in rng.permutation(len(can))[:size]]
        known = {word for _, text in chosen for word in text.split()}
        strange = [
            take
            for (_, text), takes in words.items()
            if not known & {*text.split()}
            for take in takes
        ]
        strange = [strange[k] for k in rng.permutation(len(strange))]
        teach: list[tuple[str, np.ndarray]] = []
        say: list[tuple[str, np.ndarray]] = []
        for word in chosen:
            takes = words[word]
            order = rng.permutation(len(takes))
            teach += [(f"{word}", takes[k]) for k in order[:count]]
            say += [(f"{word}", takes[k]) for k in order[count : count + TESTED]]
        yield from _rows(teach, say, strange, rng)


def spliced(
    words: Mapping[tuple[Places, str], Sequence[np.ndarray]], rng: np.random.Generator
) -> Iterator[tuple[np.ndarray, bool, bool]]:
    """The same of phrases of two words, put together of a command and an adverb: of what was not
    taught much is half of what was. What is taught and what is said then have no take in common."""
    firsts, seconds = (
        {text: takes for (at, text), takes in words.items() if at == place and len(takes) > 1}
        for place in SPLICED
    )
    pairs = [(one, other) for one in sorted(firsts) for other in sorted(seconds)]
    for _ in range(SESSIONS // 3 if len(pairs) > 3 else 0):
        count = int(rng.choice(TAKES[:4]))
        size = int(rng.integers(2, min(len(pairs) - 1, PHRASES[1]) + 1))
        order = [pairs[k] for k in rng.permutation(len(pairs))]
        halves = {
            text: np.array_split(rng.permutation(len(takes)), 2)
            for text, takes in (*firsts.items(), *seconds.items())
        }

        def takes_of(
            pair: tuple[str, str], half: int, most: int, halves: dict = halves
        ) -> list[np.ndarray]:
            orders = [rng.permutation(halves[text][half])[:most] for text in pair]
            return [
                np.concatenate([firsts[pair[0]][i][:-AROUND], seconds[pair[1]][j][AROUND:]])
                for i, j in zip(*orders, strict=False)
            ]

        teach = [("+".join(one), take) for one in order[:size] for take in takes_of(one, 0, count)]
        say = [("+".join(one), take) for one in order[:size] for take in takes_of(one, 1, 2)]
        strange = [take for one in order[size:] for take in takes_of(one, 1, 2)]
        yield from _rows(teach, say, [strange[k] for k in rng.permutation(len(strange))], rng)


def _rows(
    teach: Sequence[tuple[str, np.ndarray]],
    say: Sequence[tuple[str, np.ndarray]],
    strange: Sequence[np.ndarray],
    rng: np.random.Generator,
) -> Iterator[tuple[np.ndarray, bool, bool]]:
    """Of all that is said, the takes in `say` of what is taught by those in `teach` and `strange`
    ones; in half of the sessions some of these are taught as nothing."""
    book = Phrasebook("")
    for text, take in teach:
        book = book.with_take(text, take_of(take), scatter(take))
    if rng.random() < 0.5:
        for take in strange[:OF_NOTHING]:
            book = book.with_take(NOTHING, take_of(take), scatter(take))
        strange = strange[OF_NOTHING:]
    matcher = Matcher(book)
    others = [(None, take) for take in strange[: len(say) + OF_NOTHING]]
    for known, take in (*say, *others):
        nearest, marks = matcher.marks(take_of(take))
        if nearest != NOTHING:
            yield marks, nearest == known, known is not None


def truth(chances: np.ndarray, right: np.ndarray, learned: np.ndarray) -> str:
    """What chances (N,) of people left out were worth, in a line."""
    counts, fifths = _balanced(learned), np.minimum((5 * chances).astype(int), 4)
    shares = [float(np.average(right[fifths == k], weights=counts[fifths == k])) for k in range(5)]
    return "right, by fifths of the chance: " + ", ".join(f"{100 * one:.0f} %" for one in shares)


def _balanced(learned: np.ndarray) -> np.ndarray:
    """(N,) weights with which as many utterances count as taught as do not."""
    share = float(learned.mean())
    return np.where(learned, 0.5 / share, 0.5 / (1 - share))


def learn(marks: np.ndarray, right: np.ndarray, learned: np.ndarray) -> Doubt:
    """Of the marks (N, M) of utterances; as many count as taught as do not."""
    counts = _balanced(learned)
    size = len(MARKS) + 1
    plain = Doubt(marks.mean(axis=0), marks.std(axis=0) + 1e-6, np.zeros(size))
    inputs = plain.inputs(marks)
    held = PULL * np.diag([1.0] * (size - 1) + [0.0])
    weights = np.zeros(size)
    for _ in range(STEPS):
        chances = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (counts * (chances - right)) + held @ weights
        bend = (inputs * (counts * chances * (1 - chances))[:, np.newaxis]).T @ inputs + held
        weights = weights - np.linalg.solve(bend, slope)
    return Doubt(plain.mean, plain.spread, weights)


if __name__ == "__main__":
    main()
