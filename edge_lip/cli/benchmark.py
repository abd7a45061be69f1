"""`edge-lip benchmark`: what a model takes on this machine."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from . import options

PICTURES = (".png", ".svg", ".pdf")
PARTS = ("stages", "start", "live", "threads")


@click.command(
    epilog=options.examples(
        "edge-lip benchmark",
        "edge-lip benchmark model.tflite --source clip.mp4 --out report.json --out report.html",
        "edge-lip benchmark model.tflite --source clip.mp4 --compare report.json",
        "edge-lip benchmark model.tflite --source clip.mp4 --only stages --tracker haar --json",
        then="A camera of 25 frames a second is followed as long as a frame takes less than 40 ms.",
    )
)
@options.model(required=False)
@click.option(
    "--source", metavar="CLIP", help="A video to read again and again; a rendered talker's if none."
)
@click.option("--repeat", type=click.IntRange(1), default=5, show_default=True)
@click.option(
    "--only",
    type=click.Choice(PARTS),
    multiple=True,
    help="Of all parts, these: the stages of reading (which always are), the start of a process, "
    "live as from a camera, other numbers of threads.",
)
@options.decoder
@options.tracker
@options.threads
@options.delegate
@click.option("--json", "as_json", is_flag=True, help="The same as one JSON object.")
@options.out(
    multiple=True,
    metavar="FILE",
    help="Write it, too, as .json, .csv or .html; more than once for several.",
)
@click.option(
    "--plot",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Draw it, too, as .png, .svg or .pdf (takes matplotlib).",
)
@click.option(
    "--compare",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="OLD.json",
    help="Judge it by an older report; what is worse ends with exit code 1.",
)
@click.option(
    "--tolerance",
    type=click.FloatRange(0),
    metavar="PERCENT",
    default=10.0,
    show_default=True,
    help="By which a figure may grow.",
)
def benchmark(
    model: str | None,
    source: str | None,
    repeat: int,
    only: tuple[str, ...],
    decoder: str | None,
    tracker: str | None,
    threads: int,
    delegate: str | None,
    as_json: bool,
    out: tuple[Path, ...],
    plot: Path | None,
    compare: Path | None,
    tolerance: float,
) -> int:
    """Measure MODEL on this machine: reading CLIP stage by stage, the start of a process, live as
    from a camera, threads, memory, energy where there is a meter, and what spoils the result. MODEL
    is a file, or the name of one that comes with edge-lip; grid when none is given."""
    from ..measuring import compare as comparing
    from ..measuring import report as measuring
    from ..measuring.clip import USUAL
    from ..measuring.files import writer_for
    from ..measuring.table import table, verdicts
    from ..model.shipped import SHIPPED
    from ..system.streams import tell

    draw = _painter(plot) if plot else None
    writers = [(path, writer_for(path)) for path in out]
    old = comparing.load_report(compare) if compare else None
    plan = measuring.Plan(
        model or SHIPPED,
        source or USUAL,
        repeat,
        tracker,
        decoder,
        threads,
        delegate,
        tuple(one for one in measuring.PARTS if not only or one in only),
    )
    report, told = measuring.measure(plan)
    for line in told:
        tell(line)
    for name, why in report["missing"].items():
        tell(f"{name}: not measured: {why}")
    for path, write in writers:
        write(report, path)
    if plot and draw:
        draw(report, plot)
    click.echo(json.dumps(report, indent=2) if as_json else table(report))
    if old is None:
        return 0
    found = comparing.compare(old, report, tolerance / 100)
    click.echo("\n" + verdicts(found, comparing.unlike(old, report), tolerance / 100), err=as_json)
    return int(any(one.judgement == "WORSE" for one in found) or not found)


def _painter(target: Path) -> Callable[[dict[str, Any], Path], None]:
    """What draws into `target`; asked for before anything is timed."""
    from importlib.util import find_spec

    from ..errors import EdgeLipError, UsageError
    from .latency_picture import draw_latency

    if target.suffix not in PICTURES:
        raise UsageError(f"{target}: a plot is one of {', '.join(PICTURES)}")
    if find_spec("matplotlib") is None:
        raise EdgeLipError("--plot needs the package matplotlib: pip install 'edge-lip[train]'")
    return draw_latency
