"""How far people's lips open and spread for each sound, and whether the talker's do alike.

    python -m scripts.grid_lips --data path/to/grid [--clips 96]

Landmarks follow the lips of GRID clips (CC BY 4.0) of the training list; the alignments say when
each word is spoken, and its sounds share its time as the talker's do. The distance of the inner
lips and the width of the outer ones, in distances of the outer eye corners, are then the talker's
blend of what each sound wants: least squares tells that from half of the clips. What the other half
has in common with it, and with the talker's own table, is printed, and how the distances spread on
these clips and on rendered ones that say the same.
"""

import argparse
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from edge_lip.mouth.pose import Tracker
from edge_lip.mouth.trackers import make_tracker
from edge_lip.sources.frame import Frame
from edge_lip.sources.specs import open_source
from edge_lip.talker.pronunciation import pronounced
from edge_lip.talker.speech import shaped
from edge_lip.talker.timing import Timed, usual
from edge_lip.talker.visemes import PARAMETERS, VISEMES, blend, dominances
from training.data.clip import Clip
from training.data.datasets.grid import read_grid

UPPER, LOWER, LEFT, RIGHT = 35, 25, 0, 10
"""Of `Pose.lips`: the middles of the inner contour, and the corners."""
MEASURED = ("opening", "width")
RIDGE = 3.0
"""Frames by which a sound is held near the mean."""
PERCENTILES = (5, 50, 95, 99)


@dataclass(frozen=True)
class Curves:
    """What the lips of a clip did, and what the talker's would have."""

    lips: np.ndarray
    """(T, 2): distance of the inner lips and width of the outer ones, in eye distances."""
    weights: np.ndarray
    """(T, 2, V): how much each viseme counts then."""
    talker: np.ndarray
    """(T, 2): opening and width by the talker's table."""


def main() -> None:
    """Measure, fit, compare."""
    parser = argparse.ArgumentParser(
        "python -m scripts.grid_lips", description="Real lips and rendered ones."
    )
    parser.add_argument("--data", type=Path, required=True, help="the corpus' folder")
    parser.add_argument("--clips", type=int, default=96)
    options = parser.parse_args()
    names = (options.data / "train.txt").read_text().split()
    names = names[:: max(1, len(names) // options.clips)]
    tracker = make_tracker("landmarks")
    clips = read_grid(options.data, tqdm.write, names)
    curves = [curves_of(tracker, clip) for clip in tqdm(clips, disable=None)]
    learned, kept = curves[::2], curves[1::2]
    for column, name in enumerate(MEASURED):
        wanted = fitted(learned, column)
        print(f"{name}, eye distances:", *(f"{v} {wanted[k]:.3f}" for k, v in enumerate(VISEMES)))
        lips = np.concatenate([clip.lips[:, column] for clip in kept])
        by_fit = np.concatenate([clip.weights[:, column] @ wanted for clip in kept])
        by_talker = np.concatenate([clip.talker[:, column] for clip in kept])
        print(
            f"  correlation with {len(kept)} other clips: of the fit {alike(lips, by_fit):.2f},",
            f"of the talker's table {alike(lips, by_talker):.2f}",
        )
    drawn = [
        lips_of(tracker, open_source(f"talker:{clip.text}?seed={seed}"))
        for seed, clip in enumerate(tqdm(clips[1::2], disable=None))
    ]
    for what, found in (("real", [clip.lips for clip in kept]), ("rendered", drawn)):
        for column, name in enumerate(MEASURED):
            values = np.percentile(np.concatenate(found)[:, column], PERCENTILES)
            print(f"{what} {name}, percentiles {PERCENTILES}:", *(f"{v:.3f}" for v in values))


def lips_of(tracker: Tracker, frames: Iterable[Frame]) -> np.ndarray:
    """(T, 2): `Curves.lips` of those frames; those without a face are left out."""
    tracker.reset()
    found = []
    for frame in frames:
        pose = tracker.track(frame.image, frame.time)
        if pose is not None and pose.lips is not None:
            gap, width = pose.lips[LOWER] - pose.lips[UPPER], pose.lips[RIGHT] - pose.lips[LEFT]
            found.append((np.hypot(*gap) / pose.scale, np.hypot(*width) / pose.scale))
    return np.array(found)


def curves_of(tracker: Tracker, clip: Clip) -> Curves:
    """The curves of `clip`."""
    lips = lips_of(tracker, open_source(clip.source))
    said = []
    for word, (_, sounds) in zip(clip.words, pronounced(clip.text), strict=True):
        lengths = usual(sounds)
        ends = word.start + (word.end - word.start) * np.cumsum(lengths) / lengths.sum()
        said.append(Timed(word.text, tuple(sounds), word.start, tuple(ends.tolist())))
    names, spans = shaped([said])
    visemes = [VISEMES[name] for name in names]
    times = (np.arange(len(lips)) + 0.5) / 25
    columns = [PARAMETERS.index(name) for name in MEASURED]
    weights = dominances(visemes, spans, times)
    weights = (weights / weights.sum(0))[..., columns].transpose(1, 2, 0)
    member = np.array([[name == viseme for viseme in VISEMES] for name in names], float)
    return Curves(lips, weights @ member, blend(visemes, spans, times)[:, columns])


def fitted(curves: list[Curves], column: int) -> np.ndarray:
    """(V,): what each viseme wants, in eye distances."""
    weights = np.concatenate([clip.weights[:, column] for clip in curves])
    lips = np.concatenate([clip.lips[:, column] for clip in curves])
    square = weights.T @ weights + RIDGE * np.eye(weights.shape[1])
    return np.linalg.solve(square, weights.T @ (lips - lips.mean())) + lips.mean()


def alike(one: np.ndarray, other: np.ndarray) -> float:
    """Their correlation."""
    return float(np.corrcoef(one, other)[0, 1])


if __name__ == "__main__":
    main()
