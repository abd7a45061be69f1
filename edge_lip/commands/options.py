"""Options that several verbs share, so that they are called and explained alike."""

from pathlib import Path

import click

from ..errors import UsageError

DECODERS = ("greedy", "beam", "lexicon", "grammar", "label")
TRACKERS = ("landmarks", "haar")


def teach(*calls: str, then: str) -> str:
    """The end of a verb's help (click's epilog): calls to try, and what comes next."""
    examples = "".join(f"\n  {call}" for call in calls)
    return f"\b\nExamples:{examples}\n\n{then}"


def _dataset(context: click.Context, option: click.Parameter, given: Path | None) -> Path:
    """The folder given by option or environment, else by a `.env` file in the working directory."""
    if given is None:
        from dotenv import dotenv_values

        try:
            named = dotenv_values(".env").get("DATASET_PATH")
        except (OSError, ValueError) as error:
            raise UsageError(f"can't read .env: {error}") from error
        if not named:
            raise UsageError(
                "where is the dataset? Give --data FOLDER, or set DATASET_PATH=FOLDER in the "
                "environment or in a file .env in this folder"
            )
        given = Path(named).expanduser()
    return given


data = click.option(
    "--data",
    type=click.Path(path_type=Path),
    envvar="DATASET_PATH",
    show_envvar=True,
    callback=_dataset,
    help="The dataset's folder; a file .env may name it, too.",
)
decoder = click.option(
    "--decoder", type=click.Choice(DECODERS), help="How text is made; the model's own choice."
)
threshold = click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    metavar="P",
    help="Reject a text that is less likely than this; the model's own choice.",
)
top = click.option(
    "--top",
    type=click.IntRange(1),
    metavar="K",
    default=3,
    show_default=True,
    help="How many of a model's labels an event lists, likeliest first.",
)
tracker = click.option(
    "--tracker",
    type=click.Choice(TRACKERS),
    help="How the mouth is found; the model's own choice.",
)
threads = click.option(
    "--threads",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Of the interpreters: small networks want one.",
)
