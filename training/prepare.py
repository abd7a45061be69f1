"""From a recipe and a dataset's folder to utterances ready to learn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edge_lip.errors import DataError
from edge_lip.resample import Resampler

from .cache import Crops, CropSettings, Skipped, build_cache, crop_path, load_crops
from .datasets import READERS, Clip
from .recipe import Recipe
from .utterance import Utterance


@dataclass(frozen=True)
class Split:
    """The clips of a recipe, by what is done with them."""

    train: tuple[Clip, ...]
    holdout: tuple[Clip, ...]
    """Of the train list, but watched instead of learned."""
    val: tuple[Clip, ...]
    """Never trained nor tuned on."""


def split_clips(root: Path, recipe: Recipe) -> Split:
    """The recipe's clips under `root`. Raises DataError where they are not there."""
    data = recipe.data
    if data.dataset not in READERS:
        raise DataError(f"no dataset is called {data.dataset!r}; there are: {', '.join(READERS)}")
    clips = READERS[data.dataset](root)
    if data.speakers:
        clips = [clip for clip in clips if clip.speaker in data.speakers]
        if not clips:
            raise DataError(f"{root} has no clip of speakers {', '.join(data.speakers)}")
    val_names = _names(root / data.val)
    train_names = _names(root / data.train)
    val = [clip for clip in clips if _listed(clip, val_names)]
    train = [clip for clip in clips if not _listed(clip, val_names)]
    if train_names:
        train = [clip for clip in train if _listed(clip, train_names)]
    if not train:
        raise DataError(f"{root}: no clip to train on; {data.train} names none of them")
    order = np.random.default_rng(0).permutation(len(train))
    held = {int(k) for k in order[: data.holdout]}
    return Split(
        tuple(c for k, c in enumerate(train) if k not in held),
        tuple(c for k, c in enumerate(train) if k in held),
        tuple(val),
    )


def crop_settings(recipe: Recipe) -> CropSettings:
    """What the cache needs to know of a recipe."""
    return CropSettings(recipe.crop.geometry, recipe.crop.margin, recipe.crop.tracker)


def load_utterances(
    clips: Sequence[Clip],
    cache: Path,
    recipe: Recipe,
    workers: int | None = None,
    progress: object = None,
) -> tuple[list[Utterance], list[Skipped]]:
    """The crops of `clips`, cut where they are not cached yet, on the recipe's time grid."""
    settings = crop_settings(recipe)
    skipped = build_cache(clips, cache, settings, workers, progress)
    missing = {one.clip for one in skipped}
    utterances = [
        to_utterance(load_crops(crop_path(cache, settings, clip)), clip, recipe.fps)
        for clip in clips
        if clip.name not in missing
    ]
    return utterances, skipped


def to_utterance(crops: Crops, clip: Clip, fps: float) -> Utterance:
    """A clip's crops on the model's time grid, by the device's own resampler."""
    resampler = Resampler(fps, max_gap=float("inf"))
    images = [
        sample.image
        for image, time in zip(crops.images, crops.times, strict=True)
        for sample in resampler.push(image, float(time))
    ]
    first = float(crops.times[0])
    spans = tuple(((w.start - first) * fps, (w.end - first) * fps) for w in clip.words)
    whole = spans and all(start > -1 for start, _ in spans)
    return Utterance(np.stack(images), clip.text, spans if whole else ())


def _listed(clip: Clip, names: frozenset[str]) -> bool:
    return clip.name in names or clip.path.stem in names


def _names(path: Path) -> frozenset[str]:
    return frozenset(path.read_text().split()) if path.is_file() else frozenset()
