"""Read labelled clips the way a device does, so that the errors can be counted."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import lru_cache, partial
from math import prod
from pathlib import Path

from edge_lip.errors import DataError, EdgeLipError, UsageError
from edge_lip.events import Event
from edge_lip.model.file import open_model
from edge_lip.model.manifest import Manifest
from edge_lip.model.network import Network
from edge_lip.reading.reader import Reader
from edge_lip.sources.specs import open_source
from edge_lip.system.identity import tidied
from edge_lip.system.say import Say, ignore
from edge_lip.system.streams import quiet_stderr
from edge_lip.text.classes import some

from ..data.clip import Clip
from ..data.datasets import read_dataset
from ..data.datasets.rendered import EVALUATED, evaluation_clips
from ..data.splits import split_clips
from ..jobs.engine import Engine
from ..recipes.load import recipe_from_dict
from ..recipes.recipe import Recipe
from ..reports.metrics import Reading

SPLITS = ("test", "validation", "train", "others")


def model_recipe(manifest: Manifest) -> Recipe:
    """The recipe a model was trained by. Raises RecipeError when its manifest has none."""
    return recipe_from_dict(dict(manifest.training.get("recipe", {})), "the model's recipe")


def choose_clips(root: Path, recipe: Recipe, split: str, say: Say = ignore) -> Sequence[Clip]:
    """Clips of one of `SPLITS`; `others` are those of speakers the recipe does not name. `say` is
    told what is odd about them.

    Raises DataError when there are none, UsageError for another name.
    """
    if split not in SPLITS:
        raise UsageError(f"no split is called {split!r}; there are: {', '.join(SPLITS)}")
    if split == "others":
        known = recipe.data.speakers  # none named: trained on all, and there are no others
        every = read_dataset(recipe.data.dataset, root, say) if known else []
        clips: Sequence[Clip] = [clip for clip in every if clip.speaker not in known]
    else:
        clips = getattr(split_clips(root, recipe, say), split)
    if not clips:
        raise DataError(f"{root} has no clips for the split {split!r}")
    return clips


def rendered_clips(manifest: Manifest) -> Sequence[Clip]:
    """Rendered people, each of whom says one text that the model can give; none of them is ever
    learned from (see `training.data.datasets.rendered`).

    Raises DataError where the model has neither a grammar nor labels.
    """
    clips = evaluation_clips(manifest.slots, EVALUATED)
    return [replace(clip, speaker="rendered") for clip in clips]


def split_of(manifest: Manifest, split: str) -> str:
    """`split`; "all" for a model without a recipe: it was trained elsewhere, on nobody knows what
    clips."""
    return split if "recipe" in manifest.training else "all"


def model_clips(root: Path, manifest: Manifest, split: str, say: Say = ignore) -> Sequence[Clip]:
    """What of the dataset `root` a model is evaluated on: those clips of a split whose text it can
    give (see `split_of`, `choose_clips`, `known_clips`). Of a model without a recipe the dataset is
    anybody's: a folder per label, or a table."""
    if split_of(manifest, split) == "all":
        clips: Sequence[Clip] = read_dataset("folder", root, say)
    else:
        clips = choose_clips(root, model_recipe(manifest), split, say)
    return known_clips(clips, manifest, say)


def known_clips(clips: Sequence[Clip], manifest: Manifest, say: Say) -> Sequence[Clip]:
    """Those of `clips` whose text the model can give at all, spelled as it does; `say` is told how
    many are left out.

    Raises DataError when none is left.
    """
    if not manifest.closed:
        return clips
    (labels,) = manifest.slots
    spelled = {tidied(label): label for label in labels}
    texts = [spelled.get(tidied(clip.text)) for clip in clips]
    known = [replace(c, text=text) for c, text in zip(clips, texts, strict=True) if text]
    if not known:
        raise DataError(f"no clip has a label that the model knows: {some(labels)}")
    if left := len(clips) - len(known):
        others = sorted({c.text for c, text in zip(clips, texts, strict=True) if not text})
        say(f"left out: {left} of {len(clips)} clips, of labels not in the model: {some(others)}")
    return known


def open_evaluated(model: Network, tracker: str | None, decoder: str | None) -> Reader:
    """A reader as `run` has it; of labels it gives all and rejects none, so that what another
    threshold would do can be told as well."""
    tracker = tracker or model.manifest.tracker
    if model.manifest.closed:
        (labels,) = model.manifest.slots
        return Reader(model, tracker, decoder, threshold=0.0, top=len(labels))
    return Reader(model, tracker, decoder)


def read_clips(reader: Reader, clips: Sequence[Clip], problem: Say) -> Iterator[Reading]:
    """Video in, text out, clip by clip; one that can't be read is told to `problem` and counts
    as read as nothing."""
    for clip in clips:
        events: list[Event] = []
        try:
            with closing(open_source(clip.source)) as source:
                for event in reader.read(source):
                    if event.kind in ("final", "rejected"):
                        events.append(event)
        except EdgeLipError as error:
            problem(f"{clip.name}: {error}")
        yield _reading(clip, events)


def read_each(
    path: Path, tracker: str | None, decoder: str | None, clips: Sequence[Clip], engine: Engine
) -> Iterator[tuple[Reading, str]]:
    """The same by many: each clip's reading by the model file `path`, and what was wrong with the
    clip or nothing, in the order in which they are done."""
    work = partial(_read_one, path=path, tracker=tracker, decoder=decoder)
    for _, done in engine.each(work, clips, lambda clip: clip.source):
        yield done


@lru_cache(maxsize=1)
def _opened(path: Path, tracker: str | None, decoder: str | None) -> Reader:
    """Once in every worker."""
    return open_evaluated(open_any(path), tracker, decoder)


def _read_one(
    clip: Clip, path: Path, tracker: str | None, decoder: str | None
) -> tuple[Reading, str]:
    problems: list[str] = []
    (reading,) = read_clips(_opened(path, tracker, decoder), [clip], problems.append)
    return reading, "; ".join(problems)


def open_any(path: Path) -> Network:
    """A converted model, or a trained one in float."""
    if path.suffix == ".tflite":
        return open_model(path)
    with quiet_stderr():  # TensorFlow's start, which no level of its own silences
        from ..trained.float import open_float

        return open_float(path)


def _reading(clip: Clip, events: Sequence[Event]) -> Reading:
    """All utterances of a clip together; of labels, of which a clip has one, the surest."""
    if any(event.choices for event in events):
        events = [max(events, key=lambda event: event.confidence)]
    text = " ".join(event.text for event in events if event.text)
    return Reading(
        clip.name,
        clip.speaker,
        clip.text,
        text,
        confidence=prod(event.confidence for event in events) if text else 0.0,
        choices=tuple((c.text, c.confidence) for event in events for c in event.choices),
    )
