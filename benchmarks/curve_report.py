"""Curves as tables for a document, and as a picture."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import isnan
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator, PercentFormatter

from edge_lip.errors import DataError
from edge_lip.system.files import replacing

from .curves import RENDERED, Curves, Point
from .degrade import Factor

COLUMNS = 4
"""Panels in a row of the picture."""
INKS = ("tab:blue", "tab:orange")
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
FINDINGS: dict[str, Callable[[Point], bool]] = {
    "more words wrong at": lambda point: point.worse,
    "half of them and more at": lambda point: point.wer >= 0.5,
    "a face in less than 90 % of frames at": lambda point: point.faces < 0.9,
}


def spoken(factor: Factor, level: float) -> str:
    """A level for people: half the light is 1/2, not 0.5."""
    return str(Fraction(level)) if factor.logarithmic and level < 1 else f"{level:g}"


def overview(curves: Curves, factors: Sequence[Factor]) -> Iterator[str]:
    """Lines of Markdown: at which levels of each factor something is the matter."""
    yield "| | tried | " + " | ".join(FINDINGS) + " |"
    yield "|---" * (2 + len(FINDINGS)) + "|"
    for factor in factors:
        points = [point for point in curves.factors[factor.name][1:]]
        columns = [points, *([p for p in points if is_so(p)] for is_so in FINDINGS.values())]
        found = (", ".join(spoken(factor, p.level) for p in column) or "–" for column in columns)
        yield f"| {factor.label} | " + " | ".join(found) + " |"


def tables(curves: Sequence[Curves], factors: Sequence[Factor]) -> Iterator[str]:
    """Lines of Markdown: a table for each factor."""
    for factor in factors:
        columns = ["as it is", *(spoken(factor, level) for level in factor.levels)]
        yield ""
        yield f"**{factor.label}**"
        yield ""
        yield "| | " + " | ".join(columns) + " |"
        yield "|---" * (len(columns) + 1) + "|"
        for one in curves:
            points = one.factors[factor.name]
            kind = f"{RENDERED}: " if one.split == RENDERED else ""
            rates = (f"{p.wer:.1%} ({p.low:.0%} to {p.high:.0%})" for p in points)
            yield f"| {kind}words wrong | " + " | ".join(rates).replace("%", " %") + " |"
            shares = (f"{p.faces:.0%}" for p in points)
            yield f"| {kind}frames with a face | " + " | ".join(shares).replace("%", " %") + " |"


def fill_in(document: Path, lines: Sequence[str]) -> None:
    """Put `lines` between the marks of `document`; raises DataError where it has none."""
    text = document.read_text()
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise DataError(f"{document} has no place for tables: {BEGIN} and {END}")
    filling = "\n".join(lines)
    with replacing(document) as temporary:
        temporary.write_text(f"{before}{begin}\n\n{filling}\n\n{end}{after}")


def draw(curves: Sequence[Curves], factors: Sequence[Factor], target: Path, note: str) -> None:
    """A panel a factor: words wrong with their interval, and frames with a face, over the level.

    Raises EdgeLipError where `target` (PNG) can't be written.
    """
    rows = -(-len(factors) // COLUMNS)
    figure = Figure(figsize=(3.4 * COLUMNS, 2.7 * rows + 0.8), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(rows, COLUMNS, squeeze=False, sharey=True).ravel()
    for factor, axes in zip(factors, panels, strict=False):
        for one, ink in zip(curves, INKS, strict=False):
            _draw_curve(axes, one, factor, ink)
        _dress(axes, factor)
    for axes in panels[len(factors) :]:
        axes.set_axis_off()
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=len(labels), frameon=False)
    figure.supxlabel(note, fontsize=8, color="dimgrey")
    with replacing(target) as temporary:
        figure.savefig(temporary, format="png", dpi=100)


def _draw_curve(axes: Axes, curves: Curves, factor: Factor, ink: str) -> None:
    as_is, *_ = curves.factors[factor.name]
    points = [point for point in curves.factors[factor.name] if not isnan(point.level)]
    points.sort(key=lambda point: point.level)
    levels = [point.level for point in points]
    low, high = [point.low for point in points], [point.high for point in points]
    axes.fill_between(levels, low, high, color=ink, alpha=0.15, linewidth=0)
    wrong, faces = [point.wer for point in points], [point.faces for point in points]
    axes.plot(levels, wrong, "o-", color=ink, markersize=3.5, label=f"words wrong, {curves.label}")
    axes.plot(levels, faces, ":", color=ink, label="frames with a face")
    axes.axhline(as_is.wer, color=ink, linewidth=0.6, linestyle="--")


def _dress(axes: Axes, factor: Factor) -> None:
    if factor.logarithmic:
        axes.set_xscale("log")
    ticks = [level for level in (factor.neutral, *factor.levels) if not isnan(level)]
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(lambda level, _: spoken(factor, level))
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.set(title=factor.label, ylim=(-0.03, 1.03))
    axes.title.set_fontsize(10)
    axes.tick_params(labelsize=8)
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
