"""Leave one speaker out: a training for every speaker, tested on the one it never saw."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import fmean, stdev

from edge_lip.errors import DataError
from edge_lip.system.files import replacing

from ..data.datasets import read_dataset
from ..evaluation.readings import choose_clips, known_clips, open_evaluated, read_clips
from ..jobs.engine import LOCAL, Engine
from ..jobs.progress import Progress, Silent
from ..recipes.recipe import Recipe
from ..tasks import TASKS
from ..trained.float import open_float
from .train import Places, train


@dataclass(frozen=True)
class Fold:
    """One speaker, read by a network that learned from all others."""

    speaker: str
    clips: int
    figure: float


def left_out(recipe: Recipe, speaker: str) -> Recipe:
    """`recipe`, tested on one speaker and trained on the others."""
    data = replace(recipe.data, by="speaker", test_groups=(speaker,), validation_groups=())
    return replace(recipe, data=data)


def leave_one_out(
    recipe: Recipe, places: Places, progress: Progress, engine: Engine = LOCAL
) -> Iterator[Fold]:
    """Train and test for every speaker in turn, each in a folder of its own; stopped, go on. On a
    cluster each is a piece of work for a machine; on this one alone they follow each other.

    What is done is kept in `folds.csv`. Raises DataError where there are no two speakers.
    """
    every = read_dataset(recipe.data.dataset, places.root, progress.say)
    speakers = sorted({clip.speaker for clip in every} - {""})
    if len(speakers) < 2:
        raise DataError(f"{places.root} has {len(speakers)} speakers: to leave one out takes two")
    table = places.folder / "folds.csv"
    done = {fold.speaker: fold for fold in _load(table)}
    yield from done.values()
    missing = [speaker for speaker in speakers if speaker not in done]
    for fold in _run_all(missing, recipe, places, progress, engine):
        done[fold.speaker] = fold
        _save(table, list(done.values()))
        yield fold


def summarize(folds: Sequence[Fold], recipe: Recipe) -> str:
    """Mean and spread over the speakers, in a line."""
    figures = [fold.figure for fold in folds]
    return (
        f"{TASKS[recipe.task].figure} over {len(folds)} speakers, each left out once: "
        f"mean {fmean(figures):.1%}, standard deviation {stdev(figures):.1%}, "
        f"from {min(figures):.1%} to {max(figures):.1%}"
    )


def _run_all(
    speakers: Sequence[str], recipe: Recipe, places: Places, progress: Progress, engine: Engine
) -> Iterator[Fold]:
    if not engine.cluster:
        for speaker in speakers:
            yield _run(speaker, recipe, places, progress, engine)
        return
    progress.start("leaving out", len(speakers))
    for _, fold in engine.each(
        partial(_run_there, recipe=recipe, places=places, replicas=engine.replicas), speakers
    ):
        yield fold
        progress.tick()


def _run_there(speaker: str, recipe: Recipe, places: Places, replicas: int) -> Fold:
    """In a process of a cluster, where nobody looks on."""
    return _run(speaker, recipe, places, Silent(), Engine(workers=1, replicas=replicas))


def _run(
    speaker: str, every: Recipe, everywhere: Places, progress: Progress, engine: Engine
) -> Fold:
    recipe = left_out(every, speaker)
    places = replace(everywhere, folder=everywhere.folder / speaker)
    model = open_float(train(recipe, places, progress, engine))
    clips = choose_clips(places.root, recipe, "test")
    clips = known_clips(clips, model.manifest, progress.say)
    progress.start(f"reading {speaker}", len(clips))
    readings = []
    with open_evaluated(model, None, None) as reader:
        for reading in read_clips(reader, clips, progress.say):
            readings.append(reading)
            progress.tick()
    task = TASKS[recipe.task]
    figures = task.report(readings, model.manifest).figures
    return Fold(speaker, len(clips), float(figures[task.figure]))


def _load(table: Path) -> list[Fold]:
    if not table.is_file():
        return []
    with table.open(newline="", encoding="utf-8") as file:
        return [
            Fold(row["speaker"], int(row["clips"]), float(row["figure"]))
            for row in csv.DictReader(file)
        ]


def _save(table: Path, folds: Sequence[Fold]) -> None:
    with replacing(table) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ("speaker", "clips", "figure"))
        writer.writeheader()
        writer.writerows(vars(fold) for fold in folds)
