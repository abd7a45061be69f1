"""Options that several verbs share, so that they are called and explained alike."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ..errors import UsageError
from ..mouth.trackers import TRACKERS
from ..registry import explain
from ..text.decoders import DECODERS


def teach(*calls: str, then: str) -> str:
    """The end of a verb's help (click's epilog): calls to try, and what comes next."""
    examples = "".join(f"\n  {call}" for call in calls)
    return f"\b\nExamples:{examples}\n\n{then}"


def dataset(given: Path | None) -> Path:
    """The folder given by option or environment, else by a `.env` file in the working directory.

    Raises UsageError where none of them names one.
    """
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


def _data(**how: Any) -> Callable[[Any], Any]:
    return click.option(
        "--data",
        type=click.Path(path_type=Path),
        envvar="DATASET_PATH",
        show_envvar=True,
        help="The dataset's folder; a file .env may name it, too.",
        **how,
    )


data = _data(callback=lambda context, option, given: dataset(given))
data_if_any = _data()
"""As `data`, where there is something to do without; the verb asks `dataset` otherwise."""
decoder = click.option(
    "--decoder",
    type=click.Choice(list(DECODERS)),
    help=f"How text is made ({explain(DECODERS)}); the model's own choice.",
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
    type=click.Choice(list(TRACKERS)),
    help=f"How the mouth is found ({explain(TRACKERS)}); the model's own choice, which run and "
    "benchmark make with flow where it is landmarks.",
)
threads = click.option(
    "--threads",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Of the interpreters: small networks want one.",
)
delegate = click.option(
    "--delegate",
    metavar="edgetpu[:WHICH]",
    help="Let an Edge TPU run what was compiled for it, and the processor where there is none; "
    "WHICH of several is 0, usb, usb:0, pci, ...",
)
web = click.option(
    "--web",
    metavar="[HOST:PORT]",
    is_flag=False,
    flag_value="127.0.0.1:8080",
    help="Show pictures and text on a web page, too; seen from this machine alone unless HOST says "
    "otherwise.",
)
