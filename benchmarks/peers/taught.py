"""Words taught by a few clips, and asked for by others: a package of somebody else's and ours.

Each word is cut out of a sentence of GRID into a clip of its own, with a little before and after
it; both read these very files. A group are words of one kind, of one speaker.
"""

import json
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time
from typing import Any, Final

from edge_lip.errors import DataError, EdgeLipError
from edge_lip.model.file import read_manifest
from edge_lip.phrases.appearance import AppearanceNetwork
from edge_lip.phrases.matching import Matcher
from edge_lip.phrases.phrasebook import Phrasebook
from edge_lip.phrases.takes import scatter, take_of
from edge_lip.reading.reader import Reader
from edge_lip.recording.film import write_film
from edge_lip.sources.specs import open_source
from training.data.clip import Clip
from training.data.datasets.grid import FPS, read_grid

from .peer import Row, Taught

SPEAKERS: Final = ("s1", "s4")
"""Of them nothing is in what `edge_lip.phrases` knows of how people speak."""
PLACES: Final = {1: "colours", 4: "digits"}
"""Of a sentence."""
TAKES: Final = 3
ASKED: Final = 3
"""Of each word."""
AROUND: Final = 3
"""Frames before and after a word."""
CLIPS: Final = 80
"""Sentences of a speaker at most."""


@dataclass
class Group:
    """Clips of words, and the words."""

    taught: list[tuple[Path, str]] = field(default_factory=list)
    asked: list[tuple[Path, str]] = field(default_factory=list)


def rows(name: str, peer: Taught, python: str, data: Path, folder: Path) -> Iterator[Row]:
    """How many words each has right, and what a frame takes, the video decoded with it; raises
    EdgeLipError where the package can't be run."""
    groups, frames = cut(data, folder)
    asked = sum(len(group.asked) for group in groups)
    found, ours = [], process_time()
    for group in groups:
        found.append(_ours(group))
    ours = process_time() - ours
    yield _row("edge-lip, taught words", "phrases", ours / frames, groups, found, "")
    told = _theirs(peer, python, groups, folder)
    note = f", no lips in {sum(one is None for part in told['answers'] for one in part)} of {asked}"
    note += f" and {told['refused']} of {sum(len(group.taught) for group in groups)} taught"
    engine = f"{name} {told['version']}"
    yield _row(name, engine, told["cpu_s"] / frames, groups, told["answers"], note)


def _row(
    peer: str,
    engine: str,
    seconds: float,
    groups: Sequence[Group],
    answers: Sequence[Sequence[str | None]],
    more: str,
) -> Row:
    pairs = [
        (word, answer)
        for group, found in zip(groups, answers, strict=True)
        for (_, word), answer in zip(group.asked, found, strict=True)
    ]
    right = sum(word == answer for word, answer in pairs)
    chance = sum(
        len(group.asked) / len({word for _, word in group.asked}) for group in groups
    ) / len(pairs)
    note = f"right {right} of {len(pairs)}, by chance {chance:.0%}{more}"
    return Row(peer, engine, 1000 * seconds, 1, None, note=note)


def _ours(group: Group) -> list[str | None]:
    book = Phrasebook("")
    with Reader(AppearanceNetwork(read_manifest(), varied=True)) as reader:
        for clip, word in group.taught:
            for features in reader.features(clip)[:1]:
                book = book.with_take(word, take_of(features), scatter(features))
        matcher, found = Matcher(book), []
        for clip, _ in group.asked:
            utterances = reader.features(clip)
            texts = matcher.match(take_of(utterances[0])).texts if utterances else [None]
            found.append(texts[0])
    return found


def _theirs(peer: Taught, python: str, groups: Sequence[Group], folder: Path) -> dict[str, Any]:
    plan = folder / "plan.json"
    plan.write_text(
        json.dumps(
            [
                {
                    "taught": [[str(clip), word] for clip, word in group.taught],
                    "asked": [[str(clip)] for clip, _ in group.asked],
                }
                for group in groups
            ]
        )
    )
    script = Path(__file__).parent / f"{peer.module}.py"
    call = [python, str(script), str(plan)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    if done.returncode:
        raise EdgeLipError(f"{peer.module}: {(done.stderr.strip() or 'failed').splitlines()[-1]}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def cut(data: Path, folder: Path) -> tuple[list[Group], int]:
    """The groups, their clips written to `folder`, and how many frames these have; raises DataError
    where no word is said often enough."""
    groups, frames = [], 0
    every = read_grid(data)
    for speaker in SPEAKERS:
        clips = [clip for clip in every if clip.speaker == speaker and clip.words][:CLIPS]
        for place, kind in PLACES.items():
            said: dict[str, list[Clip]] = defaultdict(list)
            for clip in clips:
                said[clip.words[place].text].append(clip)
            group = Group()
            for word, takes in sorted(said.items()):
                if len(takes) < TAKES + ASKED:
                    continue
                for number, clip in enumerate(takes[: TAKES + ASKED]):
                    path = folder / f"{speaker}-{kind}-{word}-{number}.mp4"
                    frames += _cut(clip, place, path)
                    (group.taught if number < TAKES else group.asked).append((path, word))
            if group.asked:
                groups.append(group)
    if not groups:
        raise DataError(f"{data} has no word of {', '.join(SPEAKERS)} that is said often enough")
    return groups, frames


def _cut(clip: Clip, place: int, path: Path) -> int:
    """Write the frames of one word, and say how many they are."""
    word = clip.words[place]
    first, last = int(word.start * FPS) - AROUND, int(word.end * FPS) + AROUND
    with closing(open_source(clip.source)) as source:
        images = [frame.image for frame in source]
    return write_film(path, images[max(0, first) : last + 1], FPS)
