"""`edge-lip benchmark`: where the time of reading a clip goes."""

import json
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from ..reading.stages import PER_FRAME, STAGES
from . import options

PICTURES = (".png", ".svg", ".pdf")
MIB = 1024 * 1024


@click.command(
    epilog=options.examples(
        "edge-lip benchmark model.tflite --source clip.mp4",
        "edge-lip benchmark model.tflite --source clip.mp4 --tracker haar --json",
        "edge-lip benchmark model.tflite --source clip.mp4 --plot times.png",
        then="A camera of 25 frames a second is followed as long as a frame takes less than 40 ms.",
    )
)
@options.model()
@click.option("--source", required=True, metavar="CLIP", help="A video to read again and again.")
@click.option("--repeat", type=click.IntRange(1), default=5, show_default=True)
@options.decoder
@options.tracker
@options.threads
@options.delegate
@click.option("--json", "as_json", is_flag=True, help="The same as one JSON object.")
@click.option(
    "--plot",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Draw it, too, as .png, .svg or .pdf (takes matplotlib).",
)
def benchmark(
    model: str,
    source: str,
    repeat: int,
    decoder: str | None,
    tracker: str | None,
    threads: int,
    delegate: str | None,
    as_json: bool,
    plot: Path | None,
) -> None:
    """Time reading CLIP with MODEL, stage by stage, after one reading to warm up. MODEL is a
    file, or the name of one that comes with edge-lip."""
    from ..errors import SourceError
    from ..model.network import LIPS
    from ..model.shipped import find_model
    from ..mouth.trackers import on_device
    from ..reading.reader import open_reader
    from ..runtime.machine import describe_machine, peak_memory
    from ..sources.specs import open_source
    from ..system.streams import tell

    draw = _painter(plot) if plot else None
    latencies = []
    told: list[str] = []
    with open_reader(model, tracker, decoder, threads=threads, delegate=delegate) as reader:
        for round_number in range(repeat + 1):
            with closing(open_source(source)) as clip:
                if clip.live:
                    raise SourceError(f"{source} never ends: benchmark reads a recorded clip")
                events = list(reader.stream(clip))
            told += [event.message for event in events if event.kind == "source"]
            if round_number == 0:
                reader.stopwatch.laps.clear()
            else:
                latencies += [e.latency for e in events if e.kind in ("final", "rejected")]
    for line in told:
        tell(line)
    stages: dict[str, dict[str, Any]] = {
        stage: {"inside": inside, **_statistics(reader.stopwatch.laps[stage])}
        for stage, inside in STAGES.items()
        if reader.stopwatch.laps[stage]
    }
    report = {
        "model": model,
        "model_bytes": find_model(model).stat().st_size,
        "model_fps": reader.manifest.fps,
        "source": source,
        "repeat": repeat,
        "threads": threads,
        "delegate": None if told else delegate,
        "tracker": tracker or on_device(reader.manifest.tracker, LIPS in reader.inputs),
        "machine": describe_machine(),
        "peak_memory_bytes": peak_memory(),
        "frame_mean_ms": sum(stages[s]["mean_ms"] for s in PER_FRAME if s in stages),
        "latency": _statistics(latencies) if latencies else None,
        "stages": stages,
    }
    if plot and draw:
        draw(report, plot)
    click.echo(json.dumps(report, indent=2) if as_json else _table(report))


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


def _statistics(seconds: Iterable[float]) -> dict[str, Any]:
    import numpy as np

    ms = 1000 * np.array(list(seconds))
    p50, p90, p99 = np.percentile(ms, (50, 90, 99))
    figures = {"p50_ms": p50, "p90_ms": p90, "p99_ms": p99, "mean_ms": ms.mean()}
    return {"count": len(ms), **{name: round(float(value), 4) for name, value in figures.items()}}


def _table(report: dict[str, Any]) -> str:
    machine, memory = report["machine"], report["peak_memory_bytes"]
    lines = [
        f"model    {report['model']}, {report['model_bytes'] / MIB:.2f} MiB",
        f"source   {report['source']}, read {report['repeat']} times after one to warm up",
        f"machine  {machine['cpu']}, {machine['cores']} cores, {machine['architecture']}",
        f"runtime  {machine['interpreter']}, {report['threads']} thread(s), "
        f"Python {machine['python']}" + (f", {report['delegate']}" if report["delegate"] else ""),
        f"memory   {memory / MIB:.0f} MiB at most" if memory else "memory   not known here",
        "",
        f"{'ms':8} {'p50':>8} {'p90':>8} {'p99':>8} {'mean':>8} {'count':>6}  inside the stopwatch",
    ]
    rows = {**report["stages"]}
    if report["latency"]:
        inside = "per utterance: from the last frame read to the text"
        rows["latency"] = {"inside": inside, **report["latency"]}
    for name, row in rows.items():
        figures = " ".join(f"{row[f'{key}_ms']:8.3f}" for key in ("p50", "p90", "p99", "mean"))
        lines.append(f"{name:8} {figures} {row['count']:6}  {row['inside']}")
    lines += ["", f"a frame takes {report['frame_mean_ms']:.2f} ms on average"]
    return "\n".join(lines)
