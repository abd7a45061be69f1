"""Taught phrases on people whom nothing was trained on: words cut from running sentences, and
pairs of words.

    python -m benchmarks phrases --data path/to/grid [--speakers s1 s4] [--clips 150]
    python -m benchmarks phrases --speed

Of the words that a speaker says often enough, six in ten colours and six in ten digits are taught,
by 1, 3 and 5 takes; the others, and letters, are what was never taught. Once with and once without
takes of nothing, for which other letters stand. s1 and s4, colours and digits are not in what
`edge_lip.phrases` knows of how people speak (see `scripts.phrase_people`). The same with two words,
command and colour, digit and adverb, twelve phrases at most: there, what was never taught often
shares a word with what was.
"""

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

import numpy as np
from tqdm import tqdm

from edge_lip.errors import DataError
from edge_lip.model.file import read_manifest
from edge_lip.phrases.appearance import SIZE, VARIED, AppearanceNetwork
from edge_lip.phrases.axes import moving
from edge_lip.phrases.matching import SOFT, Matcher, warp
from edge_lip.phrases.phrasebook import NOTHING, Phrasebook, load, save
from edge_lip.phrases.takes import SHORTEST, Take, scatter, take_of
from edge_lip.reading.reader import Reader
from training.data.datasets.grid import FPS, read_grid

UNITS: Final = {"one word": ((1,), (4,)), "two words": ((0, 1), (4, 5))}
"""What is taught: words at these places of a sentence."""
LETTERS: Final = (3,)
TAUGHT: Final = 12
"""Phrases in a file, at most."""
AROUND: Final = 3
"""Frames before and after a word."""
TAKES: Final = (1, 3, 5)
TESTED: Final = 5
"""Further takes of each word."""
DRAWS: Final = 3
OF_NOTHING: Final = 6
WHITENED: Final = 24
"""Dimensions of `Floor`."""
SIZES: Final = (1, 12, 100, 500)
"""Phrases in a file, three takes of each, whose times are measured."""
ANSWERS: Final = 50
Said = Mapping[tuple[int, ...], Mapping[str, Sequence[np.ndarray]]]
"""For places of a sentence and the words there, features of every time they are said."""


@dataclass
class Tally:
    """What became of utterances."""

    taught: int = 0
    nearest: int = 0
    right: int = 0
    wrong: int = 0
    untaught: int = 0
    answered: int = 0
    floor: int = 0
    """Of `taught`, those of which `Floor` has the right one nearest."""

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    def line(self) -> str:
        """In per cent."""
        of, strange = self.taught / 100, self.untaught / 100
        return (
            f"nearest right {self.nearest / of:3.0f} % (floor {self.floor / of:3.0f}), "
            f"answered right {self.right / of:3.0f} %, "
            f"wrong {self.wrong / of:3.0f} %; untaught answered {self.answered / strange:3.0f} % "
            f"({self.taught} and {self.untaught} utterances)"
        )


class Floor:
    """What is to be beaten: dynamic time warping on the same small pictures, whitened by the takes
    themselves, with differences; the nearest phrase by a soft minimum over its takes."""

    def __init__(self, book: Phrasebook) -> None:
        spoken = [one for one in book.phrases if one.text != NOTHING]
        self._texts = [one.text for one in spoken for _ in one.takes]
        takes = np.stack([take.moments for one in spoken for take in one.takes])
        rows = takes.reshape(-1, SIZE).astype(np.float64)
        variances, directions = np.linalg.eigh(rows.T @ rows / len(rows))
        most = np.argsort(variances)[::-1][:WHITENED]
        self._axes = directions[:, most] / np.sqrt(variances[most] + 1e-9 * variances.max())
        self._takes = moving(takes @ self._axes)

    def nearest(self, take: Take) -> str:
        """The phrase."""
        (placed,) = moving(take.moments[np.newaxis] @ self._axes)
        away = np.exp(-SOFT * warp(placed, self._takes))
        texts = sorted(set(self._texts))
        near = [
            np.mean([a for a, text in zip(away, self._texts, strict=True) if text == one])
            for one in texts
        ]
        return texts[int(np.argmax(near))]


def main(arguments: Sequence[str] | None = None) -> None:
    """Teach and count."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks phrases", description="Taught words of people never seen."
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--data", type=Path, help="GRID's folder")
    what.add_argument("--speed", action="store_true", help="how long it takes, of made-up phrases")
    parser.add_argument("--speakers", nargs="+", default=["s1", "s4"])
    parser.add_argument("--clips", type=int, default=150, help="of each speaker, at most")
    options = parser.parse_args(arguments)
    if options.speed:
        for size in SIZES:
            print(speed(size))
        return
    tallies: dict[tuple[str, int, bool], Tally] = defaultdict(Tally)
    for speaker in options.speakers:
        places = [LETTERS, *(kind for kinds in UNITS.values() for kind in kinds)]
        said = watch(options.data, speaker, options.clips, places)
        for unit, kinds in UNITS.items():
            for kind in kinds:
                for draw in range(DRAWS):
                    rng = np.random.default_rng(draw)
                    for (takes, nothing), tally in teach_and_count(said, kind, rng):
                        tallies[unit, takes, nothing] += tally
    if not tallies:
        raise DataError("no word is said often enough to be taught and tested")
    for (unit, takes, nothing), tally in sorted(tallies.items()):
        also = f" and {OF_NOTHING} takes of nothing" if nothing else ""
        print(f"{unit}, {takes} takes{also}: {tally.line()}")


def speed(size: int) -> str:
    """The time that a file of so many phrases takes, as a line. The stopwatch is around what comes
    after the last frame: from the features of an utterance to its text."""
    book = Phrasebook("")
    for phrase in range(size):
        for take in range(3):
            features = made_up(phrase, take)
            book = book.with_take(f"phrase {phrase}", take_of(features), scatter(features))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "my.phrases"
        start = time.perf_counter()
        save(book, path)
        saved = time.perf_counter()
        matcher = Matcher(load(path))
        opened = time.perf_counter()
        count = path.stat().st_size
    answers = []
    for k in range(ANSWERS):
        features = made_up(k % size, 3 + k)
        begun = time.perf_counter()
        matcher.match(take_of(features))
        answers.append(time.perf_counter() - begun)
    middle, late = (1000 * float(np.quantile(answers, share)) for share in (0.5, 0.95))
    return (
        f"{size:3} phrases: an answer {middle:.1f} ms (95 % within {late:.1f}), "
        f"saved in {1000 * (saved - start):.0f} ms, opened in {1000 * (opened - saved):.0f} ms, "
        f"{count / 1000:.0f} kB"
    )


def made_up(phrase: int, take: int) -> np.ndarray:
    """Features (40, 64 (1 + VARIED)) that go another way for each phrase, with noise."""
    path = np.random.default_rng(phrase).normal(0, 1, (6, SIZE))
    noise = np.random.default_rng([phrase, take]).normal(0, 0.2, (40, 1 + VARIED, SIZE))
    at = np.linspace(0, len(path) - 1, 40)
    there = np.stack([np.interp(at, np.arange(len(path)), column) for column in path.T], axis=1)
    return (there[:, None] + noise).reshape(40, -1).astype(np.float32)


def watch(data: Path, speaker: str, count: int, kinds: Sequence[tuple[int, ...]]) -> Said:
    """The features of every word, or words, that a speaker says in so many clips at these places of
    a sentence."""
    clips = [clip for clip in read_grid(data) if clip.speaker == speaker and clip.words][:count]
    if not clips:
        raise DataError(f"{data} has no clip of {speaker} with word times")
    said: dict[tuple[int, ...], dict[str, list[np.ndarray]]] = defaultdict(
        lambda: defaultdict(list)
    )
    with Reader(AppearanceNetwork(read_manifest(), varied=True)) as reader:
        for clip in tqdm(clips, desc=speaker, disable=None):
            utterances = reader.features(clip.source)
            if not utterances:
                continue
            features = max(utterances, key=len)
            for places in kinds:
                words = [clip.words[place] for place in places]
                first = max(0, int(words[0].start * FPS) - AROUND)
                cut = features[first : int(np.ceil(words[-1].end * FPS)) + AROUND]
                if len(cut) >= SHORTEST:
                    said[places][" ".join(word.text for word in words)].append(cut)
    return said


def teach_and_count(
    said: Said, kind: tuple[int, ...], rng: np.random.Generator
) -> Iterator[tuple[tuple[int, bool], Tally]]:
    """Teach some words of a kind, and read all of them: by how many takes of each, and whether
    nothing was taught, too."""
    often = {word: takes for word, takes in said[kind].items() if len(takes) > TAKES[0] + 2}
    words = [str(word) for word in rng.permutation(sorted(often))]
    some = min(TAUGHT, max(3, len(words) * 6 // 10))
    taught, others = words[:some], words[some:]
    if len(taught) < 3:
        return
    letters = [take for takes in said[LETTERS].values() for take in takes]
    letters = [letters[k] for k in rng.permutation(len(letters))]
    orders = {word: rng.permutation(len(often[word])) for word in taught}
    for count in TAKES:
        book = Phrasebook("")
        for word in taught:
            for k in orders[word][:count]:
                take = often[word][k]
                book = book.with_take(word, take_of(take), scatter(take))
        for nothing in (False, True):
            if nothing:
                for take in letters[:OF_NOTHING]:
                    book = book.with_take(NOTHING, take_of(take), scatter(take))
            matcher, floor, tally = Matcher(book), Floor(book), Tally()
            for word in taught:
                for k in orders[word][count : count + TESTED]:
                    take = take_of(often[word][k])
                    match = matcher.match(take)
                    spoken = next(text for text in match.texts if text != NOTHING)
                    tally.taught += 1
                    tally.nearest += spoken == word
                    tally.floor += floor.nearest(take) == word
                    tally.right += match.known and match.texts[0] == word
                    tally.wrong += match.known and match.texts[0] != word
            strange = [take for word in others for take in often[word][:TESTED]]
            for take in (*strange, *letters[OF_NOTHING : 2 * OF_NOTHING]):
                tally.untaught += 1
                tally.answered += matcher.match(take_of(take)).known
            yield (count, nothing), tally
