"""What `edge-lip benchmark` measured, as a picture: what a frame takes, and what a text takes."""

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..reading.stages import PER_FRAME
from ..system.files import replacing
from ..system.lettering import lettering

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INKS = {
    "read": "#9aa5b1",
    "face": "#2f6db5",
    "crop": "#7fb3e6",
    "encode": "#e08a1e",
    "decode": "#b5532f",
    "text": "#6b8f3c",
}
READABLE = 0.09
"""Share of a bar below which a stage's name does not fit into it."""


def draw_latency(report: dict[str, Any], target: Path) -> None:
    """Draw the report of `benchmark` as PNG, SVG or PDF: the median of each stage, stacked.

    Raises EdgeLipError where `target` can't be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    name = Path(report["model"]).name
    letters = lettering([name])
    with letters.used():
        stages = report["stages"]
        figure = Figure(figsize=(10, 3.9), layout="constrained")
        FigureCanvasAgg(figure)
        frame, text = figure.subplots(2)
        rate = report["model_fps"]
        budget = f"of the {1000 / rate:g} ms between two frames of {rate:g} a second"
        _bar(frame, stages, [stage for stage in stages if stage in PER_FRAME], "A frame", budget)
        ends = [stage for stage in stages if stage not in PER_FRAME]
        _bar(text, stages, ends, "The text", "once the lips have stopped")
        title = f"Where the time of reading goes: {letters.shown(name)}"
        figure.suptitle(title, fontsize=13, fontweight="bold")
        figure.supxlabel("\n".join(_measured(report)), fontsize=8, color="dimgrey")
        with replacing(target) as temporary:
            figure.savefig(temporary, format=target.suffix[1:], dpi=120)


def _bar(
    axes: "Axes", stages: dict[str, dict[str, Any]], shown: Sequence[str], what: str, when: str
) -> None:
    """One stacked bar, with what is inside each stage's stopwatch in its legend."""
    total = sum(stages[stage]["p50_ms"] for stage in shown)
    left = 0.0
    for stage in shown:
        median = stages[stage]["p50_ms"]
        inside = stages[stage]["inside"].partition(": ")[2]
        label = f"{stage} {median:.2f} ms: {inside}"
        axes.barh(0, median, left=left, color=INKS[stage], edgecolor="white", label=label)
        if median > READABLE * total:
            axes.text(left + median / 2, 0, stage, ha="center", va="center", color="white")
        left += median
    axes.set_title(f"{what}: {total:.2f} ms {when}", loc="left", fontsize=11)
    axes.set(xlabel="milliseconds, median of each stage", xlim=(0, total), yticks=[])
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, fontsize=9)


def _measured(report: dict[str, Any]) -> list[str]:
    """On what it was measured, and of what, in lines that fit."""
    machine, stages = report["machine"], report["stages"]
    frames = min((stages[stage]["count"] for stage in stages if stage in PER_FRAME), default=0)
    texts = report["latency"]["count"] if report["latency"] else 0
    line = (
        f"{machine['cpu']}, {machine['cores']} cores, {machine['architecture']}; "
        f"{machine['interpreter']}, {report['threads']} thread(s); Python {machine['python']}; "
        f"tracker {report['tracker']}; {frames} frames and {texts} texts, after one reading to "
        "warm up. Nothing else is in the stopwatch: no camera, no screen."
    )
    return textwrap.wrap(line, 150)
