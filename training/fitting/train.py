"""From a recipe to a saved model: crops, vocabulary, fitting, decoder weights, pictures."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import keras
import numpy as np

from edge_lip.errors import DataError, RecipeError
from edge_lip.frontend.inputs import clip_inputs
from edge_lip.frontend.timegrid import Moment
from edge_lip.model.manifest import Manifest
from edge_lip.model.network import LIPS, STACK
from edge_lip.recording.folder import folder_name
from edge_lip.system.lettering import lettering
from edge_lip.system.say import Say
from edge_lip.text.classes import Classes, some
from edge_lip.text.tasks import TASKS

from ..data.clip import Clip
from ..data.datasets.rendered import learned_clips
from ..data.points import FPS, PointClip, read_points
from ..data.splits import Split, split_clips
from ..jobs.engine import LOCAL, Engine
from ..jobs.progress import Progress
from ..jobs.replicas import open_replicas
from ..networks.encoders import Backbone, behind, build_encode, open_backbone
from ..networks.halves import build_decode
from ..recipes.recipe import Recipe
from ..reports import pictures
from ..samples.backbone_features import FeatureCache
from ..samples.example import Example
from ..samples.inputs import CropInput
from ..samples.prepare import cut_clips, read_utterance
from ..samples.rest import with_rest
from ..tasks import TASKS as TRAINABLE
from ..tasks import Learning, learn
from ..trained.trained import Arrays, names_of
from ..trained.write import save_model
from .initial_weights import Start, open_start
from .loop import Trainer
from .manifest import make_manifest

CALIBRATION_STACKS = 200
FILMS = 3
"""Validation clips drawn as animated pictures."""
SHOWN = 8
"""Clips of which it is told why they are not used, where there may be very many."""
Labelled = TypeVar("Labelled", Clip, PointClip)


@dataclass(frozen=True)
class Places:
    """Where things are."""

    root: Path
    """The dataset."""
    folder: Path
    """Of this training: checkpoints, history, model, pictures."""
    cache: Path
    """Crops, shared by all trainings."""
    start: Path | None = None
    """The trained model to begin with; None for random weights."""
    points: Path | None = None
    """Tables of points of people of whom there are no pictures; None without."""


def train(recipe: Recipe, places: Places, progress: Progress, engine: Engine = LOCAL) -> Path:
    """Train by `recipe`, or go on where a stopped training was; returns the path of `model.h5`.
    `engine` cuts the mouths, and says how many replicas share each batch.

    Raises DataError where the dataset or the folder can't be used, RecipeError where the folder
    holds a training by another recipe or the model to begin with does not fit, UsageError where
    there are fewer devices than replicas.
    """
    strategy = open_replicas(engine.replicas, progress.say)
    start = open_start(places.start, recipe) if places.start else None
    if recipe.fit.kept and not start:
        raise RecipeError("[fit] kept is of a model to begin with: give --from")
    split = split_clips(places.root, recipe, progress.say)
    split = replace(
        split,
        train=_learnable(recipe.task, split.train, progress.say),
        validation=_learnable(recipe.task, split.validation, progress.say),
    )
    if split.train:  # rendered people alone are made to measure
        progress.say(_counted(split, TASKS[recipe.task].closed))
    shapes = learned_points(places.points, recipe, split, progress.say) if places.points else []
    backbone = open_backbone(recipe)
    slots = recipe.decoding.grammar or (sorted({clip.text for clip in split.train}),)
    parts = (split.train, learned_clips(slots, recipe.data.rendered), split.validation)
    real, rendered, watched = _cut(parts, recipe, places.cache, engine, progress)
    learned = [*real, *rendered]
    if not learned:
        raise DataError(
            "no usable clip is left to learn from: the cache's skipped.tsv says what is wrong"
        )
    texts = [*(clip.text for clip in learned), *(one.text for one in shapes)]
    learning = learn(recipe, [*texts, *(start.texts if start and recipe.data.known else ())])
    if start:
        start.check(learning.classes, progress.say)
    watched = _readable(recipe.task, learning.classes, split, watched, progress.say)
    show = partial(read_utterance, cache=places.cache, recipe=recipe)
    if backbone:
        progress.say(f"{recipe.network.encoder} with {backbone.hint}")
        features = FeatureCache(backbone, recipe, places.cache)
        read, what = features.read, "computing features"
    else:
        read, what = show, "reading crops"
    utterances, unlearned = _read((learned, watched), read, what, progress)
    if start and learning.classes.tokens and not all(one.spans for one in utterances):
        utterances = _timed(utterances, start, recipe, progress)
    if not TASKS[recipe.task].closed:
        _tell_times(learned, utterances, progress.say)
    validation = learning.validation(unlearned)
    weights = backbone.weights if backbone else ""
    alone = (Example({LIPS: one.shapes}, one.text, one.spans, one.speaker) for one in shapes)
    beside = with_rest(alone, utterances, recipe.fit.seed)
    fit = Trainer(recipe, learning, utterances, places.folder, weights, start, beside, strategy)

    progress.start("training", fit.batches)
    progress.tick(fit.done)

    def tick(losses: dict[str, float]) -> None:
        progress.tick(1, f"{losses['loss']:.2f}")

    for row in fit.run_alone(tick):
        progress.say(f"points alone: {_figures(row)}")
    for row in fit.run(validation.watch, tick):
        progress.say(_figures(row))

    with fit.averaged():
        conclusion = validation.conclude(fit)
        if start and not conclusion.hypotheses:
            decoding = start.weighted(conclusion.decoding, learning.classes)
            conclusion = replace(conclusion, decoding=decoding)
        encode, decode = plain_halves(recipe, learning, fit.encode, fit.decode, backbone)
    if conclusion.summary:
        progress.say(conclusion.summary)
    classes = learning.classes
    manifest = make_manifest(
        recipe, classes, conclusion, real, backbone, len(rendered), start, shapes
    )
    inputs = calibration_inputs(learned, show, recipe, manifest, names_of(encode))
    path = places.folder / "model.h5"
    for target in (path, path.with_suffix(".keras")):
        save_model(target, encode, decode, manifest, inputs)

    letters = lettering(classes.labels or sorted({clip.text for clip in watched}))
    for line in letters.explain(places.folder):
        progress.say(line)
    pictures.draw_curves(places.folder / "history.csv", places.folder / "curves.png")
    for clip, hypothesis in list(zip(watched, conclusion.hypotheses, strict=False))[:FILMS]:
        spoken = [(word.text, word.start) for word in hypothesis.words] or [(hypothesis.text, 0)]
        pictures.draw_utterance(
            CropInput(recipe).plain(show(clip).frames[STACK]),
            recipe.fps,
            places.folder / f"read-{folder_name(clip.text).replace(' ', '-')}.gif",
            spoken,
            clip.text,
            letters,
        )
    return path


def learned_points(folder: Path, recipe: Recipe, split: Split, say: Say) -> list[PointClip]:
    """The sentences of the tables in `folder` to learn from: of nobody who is tested on, and none
    that is a clip for test or validation. `say` is told how many.

    Raises RecipeError where the recipe learns from none, DataError where there are none.
    """
    if not recipe.fit.points:
        raise RecipeError(
            "--points is for recipes that learn from points of lips: "
            "--set fit.points=48 network.lips=48 network.centred=true"
        )
    if recipe.fps != FPS:
        raise RecipeError(
            f"tables of points have {FPS:g} frames a second, the recipe {recipe.fps:g}"
        )
    data = recipe.data
    held = {*data.test_groups, *data.validation_groups} if data.by == "speaker" else set()
    kept = {(clip.speaker, clip.path.stem) for clip in (*split.test, *split.validation)}
    clips = [
        clip
        for clip in _learnable(recipe.task, read_points(folder, say), say)
        if clip.speaker not in held and (clip.speaker, clip.name) not in kept
    ]
    if not clips:
        raise DataError(f"{folder}: no sentence is left to learn from; all are for test")
    people = sorted({clip.speaker for clip in clips})
    say(f"{len(clips):,} sentences without pictures, of {len(people)} people: {some(people, 40)}")
    return clips


def _learnable(task: str, clips: Sequence[Labelled], say: Say) -> tuple[Labelled, ...]:
    """Those of `clips` whose texts can be learned, and the others are told; all where none can, and
    who learns says so."""
    strange = [(clip, TRAINABLE[task].strange(clip.text)) for clip in clips]
    odd = [(clip.name, found) for clip, found in strange if found]
    if len(odd) == len(clips):
        return tuple(clips)
    for name, found in odd[:SHOWN]:
        say(f"not used, {name}: no {' '.join(map(repr, found))} can be learned")
    if (more := len(odd) - SHOWN) > 0:
        say(f"not used, {more} clips more for their characters")
    return tuple(clip for clip, found in strange if not found)


def _counted(split: Split, closed: bool) -> str:
    """What there is of each side."""
    timed = "" if closed else f", {sum(bool(c.words) for c in split.train)} of them with word times"
    return (
        f"{len(split.train)} clips to learn from{timed}; {len(split.validation)} for validation, "
        f"{len(split.test)} for test"
    )


def _tell_times(clips: Sequence[Clip], utterances: Sequence[Example], say: Say) -> None:
    """Whose word times are of no use, and what follows where nobody has any."""
    pairs = zip(clips, utterances, strict=True)
    if lost := [clip.name for clip, one in pairs if clip.words and not one.spans]:
        say(f"word times not used, before the first face or after the last frame: {some(lost)}")
    if not any(one.spans for one in utterances):
        say("no clip has word times: words are not spliced, and the word head learns nothing")


def _figures(row: Mapping[str, float | None]) -> str:
    return ", ".join(f"{name} {value:.4g}" for name, value in row.items() if value is not None)


def plain_halves(
    recipe: Recipe,
    learning: Learning,
    encode: keras.Model,
    decode: keras.Model,
    backbone: Backbone | None = None,
) -> tuple[keras.Model, keras.Model]:
    """Copies in float32 and of Keras' own layers only, whatever they were trained in; `encode`
    with the backbone before it, where there is one."""
    plain = build_encode(recipe)
    plain.set_weights(encode.get_weights())
    features = decode.input_shape[-1]
    same = build_decode(recipe.network, learning.head, learning.classes, features)
    same.set_weights(decode.get_weights())
    return behind(backbone, plain) if backbone else plain, same


def calibration_inputs(
    clips: Sequence[Clip],
    show: Callable[[Clip], Example],
    recipe: Recipe,
    manifest: Manifest,
    names: Sequence[str] = (STACK,),
) -> Arrays:
    """The inputs `names` at moments from all over the data, the same every time, as a device makes
    them for the model that says `manifest` of itself."""
    rng, pictures = np.random.default_rng(recipe.fit.seed), CropInput(recipe)
    chosen = []
    for _ in range(CALIBRATION_STACKS):
        frames = show(clips[int(rng.integers(len(clips)))]).frames
        lips = frames.get(LIPS, itertools.repeat(None))
        pairs = zip(pictures.inner(frames[STACK]), lips, strict=False)
        seen = (Moment(crop, k / recipe.fps, shape) for k, (crop, shape) in enumerate(pairs))
        moments = list(clip_inputs(seen, manifest, names))
        chosen.append(moments[int(rng.integers(len(moments)))])
    return {name: np.stack([one[name] for one in chosen]) for name in names}


def _readable(
    task: str, classes: Classes, split: Split, watched: list[Clip], say: Say
) -> list[Clip]:
    """Those of `watched` that the network can get right; `say` is told the labels that it can't
    know, because no clip of them is left to learn from."""
    if not TASKS[task].closed:
        return watched
    labels = set(getattr(classes, TASKS[task].classes))
    if lost := sorted({clip.text for clip in (*split.train, *split.validation)} - labels):
        say(f"no usable clip to learn from, not in the model: {some(lost)}")
    return [clip for clip in watched if clip.text in labels]


def _timed(
    examples: Sequence[Example], start: Start, recipe: Recipe, progress: Progress
) -> list[Example]:
    """The examples with the times of their words, where the model to begin with can tell them."""
    progress.start("finding words", len(examples))
    timed = []
    for example in start.timed(examples, recipe):
        timed.append(example)
        progress.tick()
    found = sum(bool(new.spans) for new in timed) - sum(bool(old.spans) for old in examples)
    progress.say(f"word times of {found} clips found by {start.path.name}")
    return timed


def _cut(
    parts: Sequence[Sequence[Clip]],
    recipe: Recipe,
    cache: Path,
    engine: Engine,
    progress: Progress,
) -> list[list[Clip]]:
    """See that all crops are cached; gives the clips that have some, and tells of the others."""
    progress.start("cutting mouths", sum(len(clips) for clips in parts))
    cut = [cut_clips(clips, cache, recipe, engine, progress.tick) for clips in parts]
    for _, skipped in cut:
        for one in skipped:
            progress.say(f"skipped {one.clip}: {one.reason}")
    return [clips for clips, _ in cut]


def _read(
    parts: Sequence[Sequence[Clip]],
    read: Callable[[Clip], Example],
    what: str,
    progress: Progress,
) -> list[list[Example]]:
    progress.start(what, sum(len(clips) for clips in parts))
    utterances: list[list[Example]] = [[] for _ in parts]
    for clips, into in zip(parts, utterances, strict=True):
        for clip in clips:
            into.append(read(clip))
            progress.tick()
    return utterances
