"""The ways a model was converted, side by side: the table one looks at to choose."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import cycle
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

import numpy as np

from edge_lip.errors import InterpreterError, ModelError, UsageError
from edge_lip.model.file import open_model
from edge_lip.model.inspect.card import UTTERANCE_SECONDS
from edge_lip.runtime.machine import describe_machine
from edge_lip.system.files import replacing

from ..export.modes import DEFAULT
from ..verification.proof import Proof
from .convert import Conversion
from .options import Options

ROUNDS: Final = 20
CALLS: Final = {"frame_ms": 20, "utterance_ms": 4}
"""How often each model is run in each round."""
MARKERS: Final = "osD^v<>"
WARM: Final = 1
"""Calls that are made before those that are timed: another model was in the caches."""


@dataclass(frozen=True)
class Variant:
    """One way, and what came of it."""

    format: str
    status: str
    """"proven"; "failed" where --force wrote a file all the same; "refused" without one."""
    reason: str = ""
    """Why it was refused or failed."""
    bytes: int | None = None
    error: float | None = None
    """Relative error of what the file as a whole gives, the largest where it gives several."""
    agreement: float | None = None
    """Share of clips with the same text as before conversion."""
    measure: str = ""
    """What `rate` is: "wer" or "top1"; empty without labelled clips."""
    rate: float | None = None
    before: float | None = None
    """`rate` of the Keras original."""
    frame_ms: float | None = None
    """Of `encode`, one thread, median; None where the network is one graph."""
    utterance_ms: float | None = None
    """Of `decode` on `frames` frames."""
    frames: int | None = None


def convert_each(
    source: Path,
    target: Path,
    plans: Mapping[str, Options],
    convert: Callable[[Path, Path, Options], Conversion],
) -> list[Variant]:
    """Convert `source` by each of the named plans to `target` with `-NAME` behind its stem; what
    the default gives is `target` itself.

    `convert` is called with the source, a target and a plan; what it refuses is a row of the table.
    """
    variants, files = [], {}
    for name, plan in plans.items():
        path = target if name == DEFAULT else target.with_stem(f"{target.stem}-{name}")
        try:
            report = convert(source, path, plan)
        except (ModelError, InterpreterError, UsageError) as error:
            variants.append(Variant(name, "refused", str(error)))
        else:
            variants.append(_written(name, path, report.proof))
            files[name] = path
    times = _times(files)
    return [replace(one, **times.get(one.format, {})) for one in variants]


def _written(name: str, path: Path, proof: Proof) -> Variant:
    """A way that gave the file at `path`: what its proof says."""
    found = proof.evaluation
    measure = next((key for key in ("wer", "top1") if key in found.get("file", {})), "")
    return Variant(
        format=name,
        status="failed" if proof.fault else "proven",
        reason=proof.fault,
        bytes=path.stat().st_size,
        error=proof.error,
        agreement=found.get("agreement"),
        measure=measure,
        rate=found["file"][measure] if measure else None,
        before=found["float"][measure] if measure else None,
    )


def _times(files: Mapping[str, Path]) -> dict[str, dict[str, Any]]:
    """Medians over many calls, one thread, of crops and features that say nothing; the models take
    turns, so that what else the machine does meets all of them alike."""
    calls: dict[tuple[str, str], Callable[[], object]] = {}
    found: dict[str, dict[str, Any]] = {}
    for name, path in files.items():
        model = open_model(path, threads=1)
        manifest = model.manifest
        noise = np.random.default_rng(0)
        inputs = {
            name: noise.normal(size=size).astype(np.float32) for name, size in model.inputs.items()
        }
        window = manifest.window
        frames = window.frames if window else round(UTTERANCE_SECONDS * manifest.fps)
        if not window:
            calls[name, "frame_ms"] = partial(model.encode, inputs)
        features = np.stack([model.encode(inputs)] * frames)
        calls[name, "utterance_ms"] = partial(model.decode, features)
        found[name] = {"frames": frames}
    taken: dict[tuple[str, str], list[float]] = {key: [] for key in calls}
    for _ in range(ROUNDS):
        for key, call in calls.items():
            for k in range(WARM + CALLS[key[1]]):
                start = perf_counter()
                call()
                if k >= WARM:
                    taken[key].append(perf_counter() - start)
    for (name, what), seconds in taken.items():
        found[name][what] = round(1000 * median(seconds), 4)
    return found


def table(variants: Sequence[Variant]) -> str:
    """For a terminal, with the machine that the times are of."""
    machine = describe_machine()
    frames = next((one.frames for one in variants if one.frames), 0)
    rate = _title(variants)
    lines = [
        f"{'format':10}{'status':10}{'kB':>8}{'error':>9}{rate:>9}{'same':>8}"
        f"{'ms/frame':>10}{f'ms/{frames} fr.':>11}"
    ]
    before = next((one.before for one in variants if one.before is not None), None)
    if before is not None:
        lines.append(f"{'(Keras)':10}{'float':10}{'':>8}{'':>9}{before:>9.2%}")
    for one in variants:
        if one.status == "refused":
            lines.append(f"{one.format:10}{one.status:10}{one.reason}")
            continue
        cells = (
            (8, ",.0f", (one.bytes or 0) / 1e3),
            (9, ".2%", one.error),
            (9, ".2%", one.rate),
            (8, ".1%", one.agreement),
            (10, ".3f", one.frame_ms),
            (11, ".2f", one.utterance_ms),
        )
        row = "".join(
            ("" if value is None else format(value, kind)).rjust(width)
            for width, kind, value in cells
        )
        lines.append(f"{one.format:10}{one.status:10}{row}")
        if one.reason:
            lines.append(f"{'':10}{one.reason}")
    lines.append(
        f"times: median, one thread, {machine['interpreter']}, {machine['cpu']} "
        f"({machine['architecture']})"
    )
    return "\n".join(lines)


def save(variants: Sequence[Variant], path: Path) -> None:
    """Everything as JSON; raises `EdgeLipError` when it can't be written."""
    data = {"machine": describe_machine(), "variants": [asdict(one) for one in variants]}
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(data, indent=2) + "\n")


def _title(variants: Sequence[Variant]) -> str:
    measure = next((one.measure for one in variants if one.measure), "")
    return {"wer": "WER", "top1": "top-1", "": ""}[measure]


def draw_comparison(variants: Sequence[Variant], path: Path) -> None:
    """Size against what is read wrong, or against the error where no clips were read, with the
    times beside each point. Raises `EdgeLipError` when it can't be written."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import PercentFormatter

    shown = [one for one in variants if one.bytes is not None]
    measured = any(one.rate is not None for one in shown)
    figure = Figure(figsize=(9, 4.5), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    for one, marker in zip(shown, cycle(MARKERS)):
        value = one.rate if measured else one.error
        # Hollow and each of another shape: several ways give files of nearly one size.
        axes.plot(
            (one.bytes or 0) / 1e3,
            value or 0.0,
            marker,
            markersize=10,
            markerfacecolor="none",
            markeredgewidth=1.8,
            color="tab:blue" if one.status == "proven" else "tab:red",
            label=_label(one),
        )
    before = next((one.before for one in shown if one.before is not None), None)
    if measured and before is not None:
        axes.axhline(before, color="grey", linestyle=":", label="before conversion")
    axes.set_xlim(0, 1.1 * max(((one.bytes or 0) / 1e3 for one in shown), default=1))
    top = max(((one.rate if measured else one.error) or 0.0 for one in shown), default=0.0)
    axes.set_ylim(0, 1.2 * max(top, before or 0.0) or 1)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.set_xlabel("size of the file, kB")
    titles = {"WER": "words wrong", "top-1": "labels right", "": "relative error of the outputs"}
    axes.set_ylabel(titles[_title(variants)])
    machine = describe_machine()
    axes.set_title(f"one thread, {machine['interpreter']}, {machine['cpu']}", fontsize=8)
    axes.grid(alpha=0.3)
    if shown:
        figure.legend(loc="outside right upper", fontsize=8, labelspacing=1.2, frameon=False)
    with replacing(path) as temporary:
        figure.savefig(temporary, dpi=120, metadata={"Software": None})


def _label(one: Variant) -> str:
    """What the legend says of a point."""
    lines = [one.format if one.status == "proven" else f"{one.format} ({one.status})"]
    lines += [f"{one.frame_ms:.2f} ms a frame"] if one.frame_ms is not None else []
    lines += [f"{one.utterance_ms:.1f} ms for {one.frames}"] if one.utterance_ms else []
    return "\n".join(lines)
