"""From a recipe and a dataset's folder to utterances ready to learn from."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from edge_lip.frontend.timegrid import on_grid
from edge_lip.model.network import LIPS, STACK

from ..data.clip import Clip
from ..data.crop_cache import Crops, CropSettings, Skipped, build_cache, crop_path, load_crops, seen
from ..jobs.engine import LOCAL, Engine
from ..recipes.recipe import Recipe
from .example import Example


def crop_settings(recipe: Recipe) -> CropSettings:
    """What the cache needs to know of a recipe."""
    crop, shape = recipe.crop, bool(recipe.network.lips)
    return CropSettings(crop.geometry, crop.margin, crop.tracker, shape)


def cut_clips(
    clips: Sequence[Clip],
    cache: Path,
    recipe: Recipe,
    engine: Engine = LOCAL,
    progress: object = None,
) -> tuple[list[Clip], list[Skipped]]:
    """See that the crops of `clips` are cached: those that can be used, and the others."""
    skipped = build_cache(clips, cache, crop_settings(recipe), engine, progress)
    missing = {one.clip for one in skipped}
    return [clip for clip in clips if clip.name not in missing], skipped


def read_utterance(clip: Clip, cache: Path, recipe: Recipe) -> Example:
    """The cached crops of `clip` on the recipe's time grid."""
    crops = load_crops(crop_path(cache, crop_settings(recipe), clip))
    return to_utterance(crops, clip, recipe.fps)


def to_utterance(crops: Crops, clip: Clip, fps: float) -> Example:
    """A clip's crops on the model's time grid, by the device's own resampler; without word times
    where they are not within the clip."""
    moments = list(on_grid(seen(crops), fps))
    frames = {STACK: np.stack([one.image for one in moments])}
    if moments[0].lips is not None:
        frames[LIPS] = np.stack([one.lips for one in moments if one.lips is not None])
    first = float(crops.times[0])
    spans = tuple(((w.start - first) * fps, (w.end - first) * fps) for w in clip.words)
    # A word is there if most of it is: aligners listen, and the camera may stop a little before.
    whole = all(start > -1 and (start + end) / 2 < len(moments) for start, end in spans)
    return Example(frames, clip.text, spans if whole else (), clip.speaker)
