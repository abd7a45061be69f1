"""Options that several verbs share, so that they are called and explained alike."""

from pathlib import Path

import click

DECODERS = ("greedy", "beam", "lexicon", "grammar")
TRACKERS = ("landmarks", "haar")

data = click.option(
    "--data",
    type=click.Path(path_type=Path),
    envvar="DATASET_PATH",
    show_envvar=True,
    required=True,
    help="The dataset's folder.",
)
decoder = click.option(
    "--decoder", type=click.Choice(DECODERS), help="How text is made; the model's own choice."
)
tracker = click.option(
    "--tracker",
    type=click.Choice(TRACKERS),
    default="landmarks",
    show_default=True,
    help="How the mouth is found.",
)
threads = click.option(
    "--threads",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Of the interpreters: small networks want one.",
)
