"""Words, and pairs of words, cut from the running sentences of GRID by their alignments."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from tqdm import tqdm

from edge_lip.errors import DataError
from edge_lip.model.file import read_manifest
from edge_lip.model.network import Network
from edge_lip.phrases.appearance import AppearanceNetwork
from edge_lip.phrases.takes import SHORTEST
from edge_lip.reading.reader import Reader
from edge_lip.sources.given import Given
from training.data.clip import Clip
from training.data.datasets.grid import FPS, read_grid

AROUND: Final = 3
"""Frames before and after a word."""
Places = tuple[int, ...]
"""Of words in a sentence, one after the other."""
Change = Callable[[Clip], Given]
"""What is read in the place of a clip."""


@dataclass(frozen=True)
class Spot:
    """Where something is said."""

    clip: str
    first: int
    last: int
    """Frames, the last not among them."""

    def cut(self, features: Mapping[str, np.ndarray]) -> np.ndarray | None:
        """What was seen there of the features (T, F) of whole clips, by name; None where that is
        too little."""
        whole = features.get(self.clip)
        part = None if whole is None else whole[self.first : self.last]
        return part if part is not None and len(part) >= SHORTEST else None


def clips_of(data: Path, speaker: str, count: int) -> list[Clip]:
    """So many clips of a speaker at most; raises DataError where there is none with word times."""
    clips = [clip for clip in read_grid(data) if clip.speaker == speaker and clip.words][:count]
    if not clips:
        raise DataError(f"{data} has no clip of {speaker} with word times")
    return clips


def appearances() -> AppearanceNetwork:
    """What phrases are taught by."""
    return AppearanceNetwork(read_manifest(), varied=True)


def watch(
    clips: Sequence[Clip],
    network: Network | None = None,
    change: Change = lambda clip: clip.source,
    what: str = "",
    tracker: str | None = None,
) -> dict[str, np.ndarray]:
    """The features (T, F) of clips with a face, by name, as `network` has them, which is
    `appearances()` where none is given. `tracker`: as for `open_reader`."""
    features = {}
    with Reader(network or appearances(), tracker) as reader:
        for clip in tqdm(clips, desc=f"{clips[0].speaker} {what}".strip(), disable=None):
            utterances = reader.features(change(clip))
            if utterances:
                features[clip.name] = max(utterances, key=len)
    return features


def spots(clips: Iterable[Clip], places: Places) -> dict[str, list[Spot]]:
    """Where each word, or pair, at these places of a sentence is said."""
    found: dict[str, list[Spot]] = defaultdict(list)
    for clip in clips:
        words = [clip.words[place] for place in places]
        first = max(0, int(words[0].start * FPS) - AROUND)
        last = int(np.ceil(words[-1].end * FPS)) + AROUND
        found[" ".join(word.text for word in words)].append(Spot(clip.name, first, last))
    return found


def said(
    clips: Sequence[Clip], features: Mapping[str, np.ndarray], places: Places
) -> dict[str, list[Spot]]:
    """The same, where it was seen."""
    found = {
        text: [spot for spot in some if spot.cut(features) is not None]
        for text, some in spots(clips, places).items()
    }
    return {text: some for text, some in found.items() if some}
