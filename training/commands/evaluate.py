"""`edge-lip evaluate`: a model's errors on labelled clips."""

import json
import os
from pathlib import Path

import click

from edge_lip.cli import options
from edge_lip.errors import EdgeLipError, UsageError
from edge_lip.system.streams import tell

MODELS = ("float", "quantized")


@click.command(
    epilog=options.examples(
        "edge-lip evaluate model.tflite --data my-clips",
        "edge-lip evaluate model.h5 --data my-clips --pictures errors",
        "edge-lip evaluate model.tflite --data my-clips --html errors.html",
        then="Figures that --record has written are what edge-lip info tells of the model.",
    )
)
@options.model(path_type=Path)
@options.data_if_any
@options.split(
    help="test, validation, train, others (clips of speakers the model was not trained on), or "
    "rendered: people who do not exist say what it reads, and no dataset is needed.",
)
@options.decoder
@options.tracker
@click.option("--json", "as_json", is_flag=True, help="Everything as one JSON object.")
@click.option(
    "--pictures",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Draw there what is read as what and, of labels, what the confidence is worth.",
)
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write all of this into one page, with every clip's mouth crops beside what was said and "
    "read. It holds pictures of people: it is as private as the clips.",
)
@click.option("--record", is_flag=True, help="Write the figures into the .tflite's manifest.")
@click.option("--workers", type=click.IntRange(1), help="Processes that read; this one alone.")
@options.cluster
def evaluate(
    model: Path,
    data: Path | None,
    split: str,
    decoder: str | None,
    tracker: str | None,
    as_json: bool,
    pictures: Path | None,
    html: Path | None,
    record: bool,
    workers: int | None,
    cluster: str | None,
) -> None:
    """Read labelled clips with MODEL (.tflite, or .h5 and .keras in float; or the name of one that
    comes with edge-lip) as `run` would, and count the errors."""
    from contextlib import ExitStack
    from dataclasses import asdict

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from edge_lip.cli.progress import Bar
    from edge_lip.model.file import add_accuracy
    from edge_lip.model.shipped import find_model
    from training.evaluation.page import Evaluation, FilmCamera, write_page
    from training.evaluation.readings import (
        model_clips,
        open_any,
        open_evaluated,
        read_clips,
        read_each,
        rendered_clips,
        split_of,
    )
    from training.jobs.engine import Engine
    from training.recipes.recipe import RENDERED
    from training.tasks import TASKS

    model = find_model(model)
    quantized = model.suffix == ".tflite"
    if html and (workers or cluster):
        raise UsageError("--html takes pictures while it reads: leave out --workers and --cluster")
    if record and not quantized:
        raise UsageError("--record writes into a .tflite; evaluate that")
    if record and split == RENDERED:
        raise UsageError("--record is for real clips: rendered ones say nothing of real lips")
    root = None if split == RENDERED else options.dataset(data)
    opened = open_any(model)
    manifest = opened.manifest
    readings, films, camera = [], [], FilmCamera()
    with ExitStack() as stack, Bar(err=as_json) as bar:
        if root:
            split = split_of(manifest, split)
            clips = model_clips(root, manifest, split, bar.say)
        else:
            clips = rendered_clips(manifest)
        bar.start(f"reading {split}", len(clips))
        if workers or cluster:
            engine = Engine(workers, cluster or "")
            for reading, problem in read_each(model.absolute(), tracker, decoder, clips, engine):
                readings.append(reading)
                if problem:
                    bar.say(problem)
                bar.tick()
            places = {clip.name: place for place, clip in enumerate(clips)}
            readings.sort(key=lambda reading: places[reading.clip])
        else:
            reader = stack.enter_context(open_evaluated(opened, tracker, decoder))
            if html:
                reader.observers.append(camera)
            for reading in read_clips(reader, clips, bar.say):
                readings.append(reading)
                films.append(camera.take())
                bar.tick()
    report = TASKS[manifest.task].report(readings, manifest)
    method = decoder or manifest.decoding.method
    figures = {"split": split, "decoder": method, "model": MODELS[quantized], **report.figures}
    if record:
        add_accuracy(model, figures)
    if pictures:
        _make(pictures)
        for line in report.draw(pictures):
            tell(line)
    if html:
        heading = f"{split}, {MODELS[quantized]}, {method}"
        curves = model.parent / "curves.png"
        closed, rendered = manifest.closed, split == RENDERED
        page = Evaluation(model.name, heading, closed, readings, films, report, curves, rendered)
        write_page(page, html)
    if as_json:
        details = {**report.details, "readings": [asdict(reading) for reading in readings]}
        click.echo(json.dumps({**figures, **details}, indent=2))
        return
    for line in report.misread:
        click.echo(line)
    click.echo(f"{split}, {MODELS[quantized]}, {method}: " + "\n".join(report.summary))
    if split == RENDERED:
        click.echo("these people are rendered: how well real lips are read is not in the figures")


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EdgeLipError(f"can't make {folder}: {error.strerror}") from error
