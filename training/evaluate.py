"""Read labelled clips the way a device does, and count the errors."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from edge_lip.errors import DataError, EdgeLipError, UsageError
from edge_lip.model import Manifest
from edge_lip.reader import Reader
from edge_lip.sources import open_source

from .datasets import READERS, Clip
from .metrics import Reading
from .recipe import Recipe, recipe_from_dict
from .splits import split_clips

SPLITS = ("val", "holdout", "train", "others")


def model_recipe(manifest: Manifest) -> Recipe:
    """The recipe a model was trained by. Raises RecipeError when its manifest has none."""
    return recipe_from_dict(dict(manifest.training.get("recipe", {})), "the model's recipe")


def choose_clips(root: Path, recipe: Recipe, split: str) -> Sequence[Clip]:
    """Clips of one of `SPLITS`; `others` are those of speakers the recipe does not name.

    Raises DataError when there are none, UsageError for another name.
    """
    if split not in SPLITS:
        raise UsageError(f"no split is called {split!r}; there are: {', '.join(SPLITS)}")
    if split == "others":
        known = recipe.data.speakers  # none named: trained on all, and there are no others
        every = READERS[recipe.data.dataset](root) if known else []
        clips: Sequence[Clip] = [clip for clip in every if clip.speaker not in known]
    else:
        clips = getattr(split_clips(root, recipe), split)
    if not clips:
        raise DataError(f"{root} has no clips for the split {split!r}")
    return clips


def read_clips(
    reader: Reader, clips: Sequence[Clip], problem: Callable[[str], None]
) -> Iterator[Reading]:
    """Video in, text out, clip by clip; one that can't be read is told to `problem` and counts
    as read as nothing."""
    for clip in clips:
        text, confidence = [], 1.0
        try:
            with closing(open_source(str(clip.path))) as source:
                for event in reader.read(source):
                    if event.kind == "final":
                        text.append(event.text)
                        confidence *= event.confidence
        except EdgeLipError as error:
            problem(f"{clip.name}: {error}")
        said = " ".join(text)
        yield Reading(clip.name, clip.speaker, clip.text, said, confidence if said else 0.0)
