"""Rest before and after sentences of which only points are known: tables of points have none.

A device sees lips that rest, open a little before the first word and close after the last, and has
to tell where a sentence begins. Clips show it, so sentences without pictures get theirs.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from edge_lip.frontend.lips import SIZE
from edge_lip.model.network import LIPS

from .example import Example

FEWEST: Final = 4
"""Frames: less is no rest."""
Rests = Mapping[str, Sequence[np.ndarray]]
"""How lips rest beside a word, (T, 18) each."""


def with_rest(sentences: Iterable[Example], clips: Sequence[Example], seed: int) -> list[Example]:
    """`sentences` of shapes alone, each between the rests of two of `clips`, drawn by `seed`: one
    that begins with the same word, for lips get ready for it, and one that ends with the same. They
    are moved to where the sentence begins and ends. Where there is no such clip, no rest is put.
    """
    before, after = _rests(clips)
    rng = np.random.default_rng(seed)
    return [_between(one, before, after, rng) for one in sentences]


def _rests(clips: Iterable[Example]) -> tuple[Rests, Rests]:
    """Those before each word and those after it."""
    before: dict[str, list[np.ndarray]] = defaultdict(list)
    after: dict[str, list[np.ndarray]] = defaultdict(list)
    for clip in clips:
        if LIPS not in clip.frames:
            continue
        shapes, (lead, tail) = clip.frames[LIPS], clip.rests
        if len(lead) >= FEWEST:
            before[clip.words[0]].append(shapes[: lead.stop])
        if len(tail) >= FEWEST:
            after[clip.words[-1]].append(shapes[tail.start :])
    return before, after


def _between(one: Example, before: Rests, after: Rests, rng: np.random.Generator) -> Example:
    """`one` with a rest on either side."""
    shapes = one.frames[LIPS]
    lead = _drawn(before.get(one.words[0], ()), rng)
    tail = _drawn(after.get(one.words[-1], ()), rng)
    parts = [lead - lead[-1:] + shapes[0], shapes, tail - tail[:1] + shapes[-1]]
    spans = tuple((start + len(lead), end + len(lead)) for start, end in one.spans)
    return replace(one, frames={LIPS: np.concatenate(parts).astype(np.float32)}, spans=spans)


def _drawn(rests: Sequence[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """One of them, (T, 18); none of a frame where there are none."""
    return rests[int(rng.integers(len(rests)))] if rests else np.empty((0, SIZE), np.float32)
