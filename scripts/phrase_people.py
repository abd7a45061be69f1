"""How words are said by many people: what taught phrases are compared with the help of.

    python -m scripts.phrase_people --data path/to/grid

Writes `edge_lip/phrases/people.npy` (see `edge_lip.phrases.axes.People`) from words cut from GRID's
sentences by their alignments. Two people, s1 and s4, colours and digits are left out: they are what
`python -m benchmarks phrases` measures with.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.phrases.words import Places, clips_of, said, watch
from edge_lip.phrases import axes
from edge_lip.phrases.takes import take_of
from edge_lip.system.files import replacing
from training.data.clip import Clip
from training.data.datasets.grid import read_grid

MOST = 60
"""Clips of a person."""
PLACES: Sequence[Places] = ((0,), (2,), (3,), (5,))
"""Words of a sentence that are learned from: command, preposition, letter, adverb."""
TAKES = 12
"""Of a word, by one person."""


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description="How words are said by many people.")
    parser.add_argument("--data", type=Path, required=True, help="GRID's folder")
    parser.add_argument("--without", nargs="+", default=["s1", "s4"], help="people left out")
    options = parser.parse_args()
    speakers = sorted({clip.speaker for clip in read_grid(options.data)} - {*options.without})
    found = [scatters(clips_of(options.data, speaker, MOST)) for speaker in speakers]
    counts = np.array([count for count, *_ in found], float)
    within, between = (
        np.tensordot(counts / counts.sum(), np.stack([one[k] for one in found]), 1) for k in (1, 2)
    )
    path = Path(axes.__file__).with_name(axes.FILE)
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.save(file, np.stack([axes.halves(within), axes.halves(between)]))
    print(f"{path}: {len(found)} people, {path.stat().st_size:,} bytes")


def scatters(clips: Sequence[Clip]) -> tuple[int, np.ndarray, np.ndarray]:
    """Of one person: moments counted, (192, 192) within words, (192, 192) between their means."""
    features = watch(clips)
    takes: list[np.ndarray] = []
    means: list[np.ndarray] = []
    owner: list[int] = []
    for places in PLACES:
        for spots in said(clips, features, places).values():
            if len(spots) < 2:
                continue
            spoken = [take_of(np.asarray(spot.cut(features))) for spot in spots[:TAKES]]
            own = axes.widened(np.stack([one.moments for one in spoken]))
            takes += [own.astype(np.float64)]
            owner += [len(means)] * len(own)
            means.append(own.mean(axis=0))
    if not means:
        nothing = np.zeros((axes.WIDE, axes.WIDE))
        return 0, nothing, nothing
    lain = np.stack(means).reshape(-1, axes.WIDE)
    every = np.concatenate(takes)
    moments = every.shape[0] * every.shape[1]
    return moments, axes.within(every, np.array(owner)), lain.T @ lain / len(lain)


if __name__ == "__main__":
    main()
