"""`edge-lip train`: from labelled video to a model."""

import logging
import os
from importlib import resources
from pathlib import Path

import click

from edge_lip.cli import options
from edge_lip.system.streams import quiet_stderr

_FILES = (Path(file.name) for file in resources.files("training.recipes").iterdir())
RECIPES = tuple(sorted(file.stem for file in _FILES if file.suffix == ".toml"))
EACH = "each"


@click.command(
    epilog=options.examples(
        "edge-lip train --recipe folder --data my-clips",
        "edge-lip train --recipe grid-s1 --data grid --set fit.epochs=60 --out runs/short",
        "edge-lip train --from grid --data my-clips",
        then="Next: edge-lip convert runs/folder/model.h5",
    )
)
@click.option(
    "--recipe",
    metavar="NAME|FILE.toml",
    help=f"A file, or one that comes with edge-lip: {', '.join(RECIPES)}. With --from alone, what "
    "the model was trained by, to go on with clips of one more person.",
)
@options.data_if_any
@options.out(help="Folder of this training, to be made or gone on with; runs/RECIPE.")
@click.option(
    "--cache",
    type=click.Path(path_type=Path),
    help="Folder of mouth crops, shared by trainings; in the user's data folder.",
)
@click.option(
    "--from",
    "start",
    type=click.Path(path_type=Path),
    metavar="MODEL.h5|.keras|grid",
    help="Begin with the weights of a trained model, grid being the shipped one.",
)
@click.option(
    "--points",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Learn from people without pictures, too: tables SPEAKER.npz of points of their lips.",
)
@click.option("--epochs", type=click.IntRange(1), help="Instead of the recipe's.")
@click.option(
    "--set",
    "settings",
    metavar="KEY=VALUE",
    multiple=True,
    help="Another value in the recipe, like fit.batch=8; as often as needed.",
)
@click.option(
    "--leave-out",
    metavar="SPEAKER",
    help="Learn from all speakers but this one; `each` does so for every one of them in turn.",
)
@click.option("--workers", type=click.IntRange(1), help="Processes that cut mouths; all cores.")
@click.option(
    "--replicas",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="GPUs that share each batch; without any, parts of the processor, to try it out.",
)
@options.cluster
def train(
    recipe: str | None,
    data: Path | None,
    out: Path | None,
    cache: Path | None,
    start: Path | None,
    points: Path | None,
    epochs: int | None,
    settings: tuple[str, ...],
    leave_out: str | None,
    workers: int | None,
    replicas: int,
    cluster: str | None,
) -> None:
    """Train a model by a recipe. Stopped, the same command goes on where it was."""
    from dataclasses import replace

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from edge_lip.cli.progress import Bar
    from edge_lip.system.paths import data_folder
    from training.jobs.engine import Engine
    from training.recipes.load import load_recipe, with_settings
    from training.recipes.recipe import RENDERED

    if not (recipe or start):
        raise click.UsageError("give a --recipe, or a model to go on with: --from grid")
    how = load_recipe(recipe) if recipe else None
    if how:
        with_settings(how, settings)  # what is wrong with them is told before TensorFlow is there
    with quiet_stderr():  # TensorFlow's start, which no level of its own silences
        from training.fitting.adapt import adapted
        from training.fitting.folds import leave_one_out, left_out, summarize
        from training.fitting.initial_weights import shaped
        from training.fitting.train import Places, train
    logging.getLogger("absl").setLevel(logging.ERROR)  # that .h5 is old: it was asked for

    if start:
        how = shaped(how, start, click.echo) if how else adapted(start, options.dataset(data))
    assert how is not None
    how = with_settings(how, settings)
    if epochs:
        how = replace(how, fit=replace(how.fit, epochs=epochs))
    folder = out or Path("runs") / how.name
    # Rendered people alone take no dataset.
    root = Path() if how.data.dataset == RENDERED else options.dataset(data)
    places = Places(root, folder, cache or data_folder() / "crops", start, points)
    engine = Engine(workers, cluster or "", replicas)
    with Bar() as bar:
        if leave_out == EACH:
            folds = []
            for fold in leave_one_out(how, places, bar, engine):
                folds.append(fold)
                bar.say(f"{fold.speaker}: {fold.figure:.1%} of {fold.clips} clips")
            bar.say(summarize(folds, how))
            return
        model = train(left_out(how, leave_out) if leave_out else how, places, bar, engine)
    click.echo(f"{model} is trained; next: edge-lip convert {model}")
