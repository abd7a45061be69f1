"""Sentences of which there is no picture: where nine points of lips and jaw were in every frame.

A table is a file `SPEAKER.npz` of four arrays. A row a word, a sentence's words in order and
without gaps: `clip` (W,) the name of the sentence, `word` (W,) its text, `sp` for a pause, `frames`
(W,) how many it has. `points` (sum of frames, 9, 2) are those of the face mesh in `COLUMNS`, in
pixels from the middle of the inner eye corners, x to the right, y down, 25 frames a second.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from edge_lip.errors import DataError
from edge_lip.frontend.lips import POINTS, lip_shapes
from edge_lip.mouth.mouth import OFFSET_SECONDS
from edge_lip.system.arrays import DAMAGED, open_arrays
from edge_lip.system.say import Say
from edge_lip.text.classes import some

from .silence import is_silence

FPS: Final = 25.0
COLUMNS: Final = (78, 308, 13, 14, 152, 311, 81, 402, 178)
"""Points of the face mesh in a table's order."""
FEWEST = 12
"""Frames: a shorter one is no sentence."""
EYES = 1.19
"""Distance of the outer eye corners, over that of the mouth from the inner ones' middle: tables say
nothing of the former. Mean over sixteen people of GRID, of whom each has between 1.04 and 1.35."""
_ORDER = [COLUMNS.index(point) for point in POINTS]
_CORNERS, _MIDDLE = slice(0, 2), slice(0, 4)


@dataclass(frozen=True)
class PointClip:
    """A sentence as a table has it."""

    name: str
    speaker: str
    text: str
    shapes: np.ndarray
    """(T, 18) float32 (see `edge_lip.frontend.lips`), `FPS` a second."""
    spans: tuple[tuple[float, float], ...]
    """Start and end of each word, in frames."""


def read_points(folder: Path, say: Say) -> list[PointClip]:
    """The sentences of all tables in `folder`, by speaker. What can't be used is told to `say` and
    passed over.

    Raises DataError where there is no table.
    """
    files = sorted(folder.glob("*.npz"))
    if not files:
        raise DataError(f"{folder} has no tables of points: files SPEAKER.npz")
    clips: list[PointClip] = []
    for file in files:
        try:
            found, odd = _read(file)
        except DAMAGED as error:
            say(f"{file}: not a table of points ({error}), passed over")
            continue
        if odd:
            say(f"{file.name}: {len(odd)} sentences without words or with odd points: {some(odd)}")
        clips += found
    return clips


def _read(file: Path) -> tuple[list[PointClip], list[str]]:
    """The sentences of a table, and the names of those that can't be used."""
    with open_arrays(file) as table:
        names, words, counts, points = (table[key] for key in ("clip", "word", "frames", "points"))
    if points.shape[1:] != (len(COLUMNS), 2) or int(counts.sum()) != len(points):
        raise ValueError(f"points are {points.shape}, of {int(counts.sum())} frames")
    ends = np.cumsum(counts.astype(int))
    clips, odd = [], []
    for first, last in _runs(names):
        start = int(ends[first] - counts[first])
        own = points[start : int(ends[last - 1])].astype(np.float64)
        rows = [k for k in range(first, last) if not is_silence(str(words[k]))]
        spans = tuple((float(ends[k] - counts[k] - start), float(ends[k] - start)) for k in rows)
        text = " ".join(str(words[k]) for k in rows)
        if text and len(own) >= FEWEST and np.isfinite(own).all():
            clips.append(PointClip(str(names[first]), file.stem, text, _shapes(own), spans))
        else:
            odd.append(str(names[first]))
    return clips, odd


def _runs(names: np.ndarray) -> Iterator[tuple[int, int]]:
    """Where each name begins and ends."""
    firsts = [0, *(np.flatnonzero(names[1:] != names[:-1]) + 1).tolist()] if len(names) else []
    return zip(firsts, [*firsts[1:], len(names)], strict=True)


def _shapes(points: np.ndarray) -> np.ndarray:
    """As a device would see them: upright, from the mouth's steady middle, in eye distances."""
    middle = points[:, _MIDDLE].mean(1)
    corners = np.diff(points[:, _CORNERS], axis=1)[:, 0]
    poses = np.empty((len(points), 4))
    poses[:, :2] = _steady(middle)
    poses[:, 2] = EYES * np.median(np.hypot(*middle.T))
    poses[:, 3] = np.median(np.arctan2(corners[:, 1], corners[:, 0]))
    return lip_shapes(points[:, _ORDER], poses)


def _steady(places: np.ndarray) -> np.ndarray:
    """Smoothed in time, as a crop's place is."""
    share = 1 - np.exp(-1 / FPS / OFFSET_SECONDS)
    smooth = [places[0]]
    for place in places[1:]:
        smooth.append(smooth[-1] + share * (place - smooth[-1]))
    return np.stack(smooth)
