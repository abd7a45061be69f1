"""From a recipe and a dataset's folder to utterances ready to learn from."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from edge_lip.resample import Resampler

from .cache import Crops, CropSettings, Skipped, build_cache, crop_path, load_crops
from .datasets import Clip
from .recipe import Recipe
from .utterance import Utterance


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
