"""Charts of a report as SVG, made of nothing but text; colours are classes of the page's style."""

from collections.abc import Mapping, Sequence
from html import escape
from math import floor, log10
from typing import Any, Final

WIDTH: Final = 720
LEFT: Final = 96
"""Where bars begin: names stand before that."""
RIGHT: Final = 150
"""Room for a number behind the longest bar."""
ROW: Final = 30
ROOM: Final = WIDTH - LEFT - RIGHT
COLUMNS: Final = 4
"""Of a legend."""


def stacked(parts: Sequence[tuple[str, float]], name: str) -> str:
    """One bar of named milliseconds, with a legend that has the numbers."""
    total = sum(value for _, value in parts) or 1.0
    marks, left = [], float(LEFT)
    for part, value in parts:
        width = ROOM * value / total
        title = f"{part}: {value:.3f} ms"
        marks.append(_bar(left, 6, width, 26, part, title))
        left += width
    marks.append(_text(LEFT - 8, 24, name, "end"))
    marks.append(_text(LEFT + ROOM + 8, 24, f"{total:.2f} ms"))
    across = (WIDTH - LEFT) / COLUMNS
    for number, (part, value) in enumerate(parts):
        x, y = LEFT + number % COLUMNS * across, 52 + number // COLUMNS * 20
        marks.append(_bar(x, y - 10, 12, 12, part, part))
        marks.append(_text(x + 18, y, f"{part} {value:.2f} ms"))
    return _svg(marks, 62 + (len(parts) - 1) // COLUMNS * 20, f"{name}, by stage")


def spreads(rows: Mapping[str, Mapping[str, Any]]) -> str:
    """A line for each row from its median to its longest, on a scale of powers of ten."""
    values = [row[f"{key}_ms"] for row in rows.values() for key in ("p50", "max")]
    low = floor(log10(max(min(values), 1e-3)))
    high = max(low + 1, floor(log10(max(max(values), 1e-3))) + 1)

    def place(ms: float) -> float:
        return LEFT + ROOM * (log10(max(ms, 10.0**low)) - low) / (high - low)

    marks = []
    bottom = 10 + ROW * len(rows)
    for power in range(low, high + 1):
        x = place(10.0**power)
        marks.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="4" y2="{bottom}"/>')
        marks.append(_text(x, bottom + 16, f"{10.0**power:g}", "middle"))
    marks.append(_text(LEFT + ROOM + 30, bottom + 16, "ms"))
    for number, (name, row) in enumerate(rows.items()):
        y = 20 + ROW * number
        p50, p90, p99, most = (place(row[f"{key}_ms"]) for key in ("p50", "p90", "p99", "max"))
        title = ", ".join(f"{key} {row[f'{key}_ms']:.3f}" for key in ("p50", "p90", "p99", "max"))
        marks.append(f"<g><title>{escape(name)}: {title} ms</title>")
        marks.append(f'<line class="rule" x1="{p50:.1f}" x2="{most:.1f}" y1="{y}" y2="{y}"/>')
        marks.append(_bar(p50, y - 4, max(1.0, p90 - p50), 8, name))
        marks.append(f'<circle class="{escape(name)}" cx="{p50:.1f}" cy="{y}" r="6"/>')
        marks.append(f'<path class="rule" d="M{p99:.1f} {y - 7}v14"/>')
        marks.append(f'<path class="rule" d="M{most:.1f} {y - 3}v6"/></g>')
        marks.append(_text(LEFT - 12, y + 4, name, "end"))
    return _svg(marks, bottom + 24, "Median, nine of ten, 99 of 100 and the longest, by stage")


def bars(rows: Sequence[tuple[str, float, str]], what: str, colour: str = "one") -> str:
    """A bar for each row: its name, how long, and what stands behind it."""
    longest = max((value for _, value, _ in rows), default=0.0) or 1.0
    marks = []
    for number, (name, value, told) in enumerate(rows):
        y, width = ROW * number, ROOM * value / longest
        marks.append(_bar(LEFT, y + 4, max(1.0, width), 20, colour, f"{name}: {told}"))
        marks.append(_text(LEFT - 8, y + 19, name, "end"))
        marks.append(_text(LEFT + max(1.0, width) + 8, y + 19, told))
    return _svg(marks, ROW * len(rows) + 4, what)


def steps(rows: Sequence[tuple[str, float]], what: str) -> str:
    """One after the other: each row goes from where the one before ended to its own time."""
    longest = max((value for _, value in rows), default=0.0) or 1.0
    marks, before = [], 0.0
    for number, (name, value) in enumerate(rows):
        y = ROW * number
        left, width = LEFT + ROOM * before / longest, ROOM * max(0.0, value - before) / longest
        marks.append(_bar(left, y + 4, max(1.0, width), 20, "one", f"{name}: {value:.3f} s"))
        marks.append(_text(LEFT - 8, y + 19, name, "end"))
        marks.append(_text(left + max(1.0, width) + 8, y + 19, f"{value:.2f} s"))
        before = max(before, value)
    return _svg(marks, ROW * len(rows) + 4, what)


def _svg(marks: Sequence[str], height: float, what: str) -> str:
    label = escape(what, quote=True)
    head = f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{label}">'
    return "\n".join([head, *marks, "</svg>"])


def _bar(
    x: float, y: float, width: float, height: float, colour: str, title: str | None = None
) -> str:
    told = f"<title>{escape(title)}</title>" if title else ""
    return (
        f'<rect class="{escape(colour, quote=True)}" x="{x:.1f}" y="{y:.1f}" '
        f'width="{max(0.0, width):.1f}" height="{height:.1f}" rx="2">{told}</rect>'
    )


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
