"""Isolated words for the recipe `grid-words`: cut from GRID's sentences by their alignments.

    python -m scripts.grid_words --data path/to/grid --words digits --out words/digits
    edge-lip train --recipe grid-words --data words/digits --out runs/digits

Writes `clips/WORD/s1-bbaf2n.mp4`, as the dataset `folder` reads them, and the corpus' own lists
`train.txt` and `test.txt` in terms of these clips. A clip is the word's frames and `--around`
seconds of what is said before and after it, because a mouth begins to move before the word does.
"""

import argparse
import math
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from edge_lip.errors import SourceError
from edge_lip.sources.specs import open_source
from edge_lip.system.opencv import cv2
from training.data.clip import Clip, TimedWord
from training.data.datasets.grid import FPS, SLOTS, read_grid
from training.data.splits import find_test_list

SETS = {
    "commands": SLOTS[0],
    "colours": SLOTS[1],
    "prepositions": SLOTS[2],
    "letters": SLOTS[3],
    "digits": SLOTS[4],
    "adverbs": SLOTS[5],
    "all": tuple(word for slot in SLOTS for word in slot),
}


def main() -> None:
    """Cut and list."""
    parser = argparse.ArgumentParser(
        "python -m scripts.grid_words", description="Cut isolated words from GRID's sentences."
    )
    parser.add_argument("--data", type=Path, required=True, help="the corpus' folder")
    parser.add_argument("--words", choices=SETS, default="digits")
    parser.add_argument("--around", type=float, default=0.12, help="seconds before and after")
    parser.add_argument("--out", type=Path, required=True, help="folder to be made")
    options = parser.parse_args()
    options.out.mkdir(parents=True)
    sentences = {clip.path.stem: clip for clip in read_grid(options.data, tqdm.write)}
    lists = {"train.txt": options.data / "train.txt", "test.txt": find_test_list(options.data)}
    for name, listed in lists.items():
        lines = []
        for stem in tqdm(listed.read_text().split(), desc=name, disable=None):
            sentence = sentences[stem]
            images = frames(sentence.path)
            for cut in cuts(sentence, SETS[options.words], options.around):
                shown = images[cut.first : cut.last]
                if shown:
                    write(shown, options.out / "clips" / f"{cut.name}.mp4")
                    lines.append(f"{cut.name}\n")
                else:
                    tqdm.write(f"left out {cut.name}: {sentence.path} ends before it")
        if not lines:
            sys.exit(f"nothing was cut for {name}: none of its sentences has such a word")
        (options.out / name).write_text("".join(lines))


@dataclass(frozen=True)
class Cut:
    """A word within a sentence."""

    name: str
    first: int
    """Frame."""
    last: int
    """Frame after it."""


def cuts(sentence: Clip, words: tuple[str, ...], around: float) -> Iterator[Cut]:
    """Those of `words` that are said in a sentence, `around` seconds wider than they are."""
    for word in sentence.words:
        if word.text in words:
            name = f"{word.text}/{sentence.name.replace('/', '-')}"
            yield Cut(name, *_frames(word, around))


def _frames(word: TimedWord, around: float) -> tuple[int, int]:
    first = math.floor((word.start - around) * FPS + 1e-6)
    return max(0, first), math.ceil((word.end + around) * FPS - 1e-6)


def frames(video: Path) -> list[np.ndarray]:
    """The pictures of a video; none, and a line, where it can't be read."""
    try:
        with closing(open_source(str(video))) as source:
            return [frame.image for frame in source]
    except SourceError as error:
        tqdm.write(f"left out: {error}")
        return []


def write(images: Sequence[np.ndarray], target: Path) -> None:
    """Write pictures as a clip."""
    target.parent.mkdir(parents=True, exist_ok=True)
    height, width = images[0].shape[:2]
    writer = cv2.VideoWriter(str(target), cv2.VideoWriter.fourcc(*"mp4v"), FPS, (width, height))
    for image in images:
        writer.write(image)
    writer.release()


if __name__ == "__main__":
    main()
