"""What several verbs are told in the same way: their options, MODEL, and spellings of old."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from ..errors import UsageError
from ..mouth.trackers import TRACKERS
from ..registry import explain
from ..sources import FLIPS, ROTATIONS, SOURCES, STDIN, URL
from ..system.needs import named
from ..system.streams import tell
from ..text.decoders import DECODERS


def examples(*calls: str, then: str) -> str:
    """The end of a verb's help (click's epilog): calls to try, and what comes next."""
    lines = "".join(f"\n  {call}" for call in calls)
    return f"\b\nExamples:{lines}\n\n{then}"


def formerly(
    spelling: str, parameter: str, now: str, **how: Any
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The old spelling of a verb's `parameter`: it works, is in no help, and says what it is `now`
    where it is given on the command line; settings may go on using it as a key.

    `how` is passed on to click's option. The verb raises UsageError for both spellings at once.
    """
    name = f"old_{parameter}"

    def decorate(verb: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(verb)
        def call(**given: Any) -> Any:
            old = given.pop(name)
            if typed(name):
                if given[parameter] is not None:
                    raise UsageError(f"{spelling} is the old spelling of {now}: give one of them")
                tell(f"{spelling} is the old spelling: {now}")
            if given[parameter] is None:
                given[parameter] = old
            return verb(**given)

        return click.option(spelling, name, hidden=True, **how)(call)

    return decorate


def model(required: bool = True, path_type: type = str) -> Callable[[Any], Any]:
    """MODEL, which stands right behind the verb: a file, or the name of one that comes along."""
    return click.argument("model", type=click.Path(path_type=path_type), required=required)


def out(**how: Any) -> Callable[[Any], Any]:
    """`--out`: where a verb's result is written."""
    return click.option("-o", "--out", type=click.Path(path_type=Path), **how)


def split(**how: Any) -> Callable[[Any], Any]:
    """`--split`: which clips of a dataset; a name of older versions is told the one of today."""

    def today(context: click.Context, option: click.Parameter, name: str) -> str:
        from ..model.manifest import SPLITS_FORMERLY

        if new := SPLITS_FORMERLY.get(name):
            tell(f"{name} is the old name of the split {new}")
        return new or name

    return click.option("--split", default="test", show_default=True, callback=today, **how)


def dataset(given: Path | None) -> Path:
    """The folder given by option or environment, else by a `.env` file in the working directory.

    Raises UsageError where none of them names one.
    """
    if given is None:
        from dotenv import dotenv_values

        try:
            named = dotenv_values(".env", encoding="utf-8-sig").get("DATASET_PATH")
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


def source(more: str = "") -> Callable[[Any], Any]:
    """`--source`: where pictures come from; `more` is what else a verb says of it."""
    return click.option(
        "--source",
        metavar="SPEC",
        help="A video, a folder of videos or of pictures, "
        f"{named((*SOURCES.values(), URL, STDIN))}: see docs/sources.md.{more}",
    )


camera = click.option(
    "--camera",
    metavar="[N]",
    is_flag=False,
    flag_value="0",
    help="A camera, 0, or csi: edge-lip cameras lists them.",
)
fps = click.option(
    "--fps",
    type=click.FloatRange(1, 1000),
    help="Pictures a second: of a camera that is asked for them, of raw video, of a folder of "
    "pictures (25, or 15 where they are color_001 and so on), of a recording instead of its own.",
)


def turn(verb: Callable[..., Any]) -> Callable[..., Any]:
    """`--rotate` and `--flip`: how the pictures of whatever source are to be turned."""
    rotate = click.option(
        "--rotate",
        type=click.Choice(list(ROTATIONS)),
        help="Turn the pictures clockwise by so many degrees: for a camera that is mounted "
        "otherwise than upright.",
    )
    flip = click.option(
        "--flip",
        type=click.Choice(FLIPS),
        help="Then mirror them: left for right, or top for bottom.",
    )
    return rotate(flip(verb))


def spec_of(source: str | None, camera: str | None) -> str:
    """What is to be opened; raises UsageError unless one of the two is given."""
    if (source is None) == (camera is None):
        raise UsageError("give either --source VIDEO_OR_FOLDER or --camera [N]")
    return f"camera:{camera}" if source is None else source


decoder = click.option(
    "--decoder",
    type=click.Choice(list(DECODERS)),
    help=f"How text is made ({explain(DECODERS)}); the model's own choice.",
)
cluster = click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Let a Dask cluster do it, such as tcp://host:8786, and not this machine alone.",
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


def typed(name: str) -> bool:
    """Whether an option was given on the command line."""
    origin = click.get_current_context().get_parameter_source(name)
    return origin is ParameterSource.COMMANDLINE


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


def web(shows: str = "Show pictures and text on a web page, too") -> Callable[[Any], Any]:
    """`--web`: what a page at an address is for."""
    return click.option(
        "--web",
        metavar="[HOST:PORT]",
        is_flag=False,
        flag_value="127.0.0.1:8080",
        help=f"{shows}; seen from this machine alone unless HOST says otherwise. Settings, such as "
        "a certificate, stand behind a question mark: see docs/speak.md.",
    )
