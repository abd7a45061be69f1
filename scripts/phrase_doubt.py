"""What makes an utterance the phrase that it is nearest to: learned from other people's teaching.

    python -m scripts.phrase_doubt --data path/to/grid

Writes `edge_lip/phrases/doubt.json` (see `edge_lip.phrases.doubt`). Each of many people teaches a
few of their words, at random, and says others of their takes and words that were not taught. Two
people, s1 and s4, colours and digits are left out: they are what `python -m benchmarks phrases`
measures with. It also tells how well it does on a person who is left out.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from tqdm import tqdm

from benchmarks.phrases.counting import Curve
from benchmarks.phrases.words import Places, clips_of, said, watch
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
SESSIONS: Final = 60
"""Of a person."""
TAKES: Final = (1, 2, 3, 3, 4, 5)
PHRASES: Final = (1, 12)
"""Fewest and most."""
TESTED: Final = 3
"""Further takes of each phrase."""
OF_NOTHING: Final = 6
PULL: Final = 10.0
"""How strongly weights are held near zero."""
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
        features = watch(clips, tracker="landmarks")
        words = {
            (places, text): [np.asarray(spot.cut(features)) for spot in some]
            for places in PLACES
            for text, some in said(clips, features, places).items()
        }
        rows = list(taught(words, np.random.default_rng(number)))
        if rows:
            marks, right, learned = (np.array(column) for column in zip(*rows, strict=True))
            found.append((marks, right, learned))
    for k, (marks, right, learned) in enumerate(found):
        rest = [one for n, one in enumerate(found) if n != k]
        left_out = learn(*(np.concatenate(column) for column in zip(*rest, strict=True)))
        chances = [left_out.chance(one) for one in marks]
        curve = Curve.of(np.array(chances)[right], np.array(chances)[~learned])
        print(f"person {k + 1} left out: {curve.line()}")
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
        book = Phrasebook("")
        tests: list[tuple[str | None, np.ndarray]] = []
        for word in chosen:
            name, takes = f"{word}", words[word]
            order = rng.permutation(len(takes))
            for k in order[:count]:
                book = book.with_take(name, take_of(takes[k]), scatter(takes[k]))
            tests += [(name, takes[k]) for k in order[count : count + TESTED]]
        if rng.random() < 0.5:
            for take in strange[:OF_NOTHING]:
                book = book.with_take(NOTHING, take_of(take), scatter(take))
            strange = strange[OF_NOTHING:]
        matcher = Matcher(book)
        tests += [(None, take) for take in strange[: len(tests) + OF_NOTHING]]
        for text, take in tests:
            nearest, marks = matcher.marks(take_of(take))
            if nearest != NOTHING:
                yield marks, nearest == text, text is not None


def learn(marks: np.ndarray, right: np.ndarray, learned: np.ndarray) -> Doubt:
    """Of the marks (N, M) of utterances; as many count as taught as do not."""
    share = float(learned.mean())
    counts = np.where(learned, 0.5 / share, 0.5 / (1 - share))
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
