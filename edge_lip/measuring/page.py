"""A report as one page that needs nothing else: charts, and every figure with its meaning."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

from ..reading.stages import PER_FRAME
from . import chart
from .figures import figure_of, flat
from .start import MOMENTS
from .table import MIB, about

Report = Mapping[str, Any]

STYLE: Final = """
:root { color-scheme: light dark; --ink: #1c1d20; --soft: #5d6068; --paper: #fbfbfa; --card: #fff;
  --line: #dddcd8; --notice: #fff6e0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e7ea; --soft: #9fa3ad; --paper: #17181b;
  --card: #202226; --line: #35383e; --notice: #33291a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 52rem; background: var(--paper);
  color: var(--ink); font: 16px/1.45 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.5rem; overflow-wrap: anywhere; }
h2 { margin: 2rem 0 .3rem; font-size: 1.1rem; }
p { margin: .2rem 0; } .soft, figcaption { color: var(--soft); font-size: .9rem; }
.notice { margin: 1rem 0 0; padding: .6rem .9rem; border-left: 4px solid #c98a00;
  background: var(--notice); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .7rem;
  margin: 1.2rem 0; }
.cards div { padding: .6rem .8rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 6px; }
.cards strong { display: block; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
.cards span { color: var(--soft); font-size: .85rem; }
figure { margin: .4rem 0; } svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--ink); font: 13px system-ui, sans-serif; }
.grid { stroke: var(--line); } .rule { stroke: var(--soft); stroke-width: 1.5; fill: none; }
.read { fill: #9aa5b1; } .face { fill: #2f6db5; } .crop { fill: #7fb3e6; }
.encode { fill: #e08a1e; }
.decode { fill: #b5532f; } .text { fill: #6b8f3c; }
.latency { fill: #8a6fb0; } .one { fill: #2f6db5; }
pre { overflow-x: auto; padding: .7rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 6px; font-size: .82rem; }
table { border-collapse: collapse; width: 100%; font-size: .85rem;
  font-variant-numeric: tabular-nums; }
td, th { padding: .15rem .6rem .15rem 0; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: top; overflow-wrap: anywhere; }
summary { cursor: pointer; margin-top: 2rem; font-weight: 600; }
"""


def page(report: Report) -> str:
    """HTML that fetches nothing and runs nothing."""
    title = f"edge-lip benchmark: {report['model']} on {report['machine']['cpu']}"
    notices = [*report["warnings"]]
    notices += [f"{name} was not measured: {why}" for name, why in report["missing"].items()]
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>",
        f"<h1>{escape(title)}</h1>",
        f'<p class="soft">{escape(report["date"])}: <code>{escape(report["command"])}</code></p>',
        *(f'<p class="notice">{escape(line)}</p>' for line in notices),
        f'<div class="cards">{"".join(_cards(report))}</div>',
        *_charts(report),
        f"<h2>On what</h2>\n<pre>{escape(chr(10).join(about(report)))}</pre>",
        "<details>\n<summary>Every figure</summary>\n<table>",
        "<tr><th>figure<th>value<th>meaning",
        *_rows(report),
        "</table>\n</details>\n</body>\n</html>\n",
    ]
    return "\n".join(parts)


def _cards(report: Report) -> Iterator[str]:
    budget = 1000 / report["model_fps"]
    frame = report["frame_cpu_ms"]
    yield _card(f"{frame:.2f} ms", f"of the processor for a frame; {budget:g} ms to the next")
    if report["latency"]:
        yield _card(
            f"{report['latency']['cpu_ms']:.1f} ms",
            "of the processor from the last frame to the text",
        )
    if start := report["start"]:
        yield _card(f"{start['first_text_s']:.2f} s", "from process start to the first text")
        if start["peak_bytes"]:
            yield _card(f"{start['peak_bytes'] / MIB:.0f} MiB", "memory at most, a fresh process")
    if live := report["live"]:
        for name, what in (("speech", "somebody speaks"), ("silence", "nobody does")):
            if live[f"{name}_core_share"] is not None:
                yield _card(f"{live[f'{name}_core_share']:.1%}", f"of a core while {what}")
    yield _card(f"{report['model_bytes'] / MIB:.2f} MiB", "the model file")


def _card(figure: str, what: str) -> str:
    return f"<div><strong>{escape(figure)}</strong><span>{escape(what)}</span></div>"


def _charts(report: Report) -> Iterator[str]:
    stages = report["stages"]
    frame = [(name, row["cpu_ms"]) for name, row in stages.items() if name in PER_FRAME]
    ends = [(name, row["cpu_ms"]) for name, row in stages.items() if name not in PER_FRAME]
    yield "<h2>Where the time goes</h2>"
    yield _figure(chart.stacked(frame, "a frame"), "Mean processor time of a frame, by stage.")
    if ends:
        yield _figure(chart.stacked(ends, "a text"), "Mean processor time once the lips stopped.")
    rows = {**stages, **({"latency": report["latency"]} if report["latency"] else {})}
    yield "<h2>How steady it is</h2>"
    caption = (
        "Wall time: the dot is the median, the bar reaches nine of ten, the long tick is 99 of "
        "100, the short one the longest; a scale of powers of ten."
    )
    yield _figure(chart.spreads(rows), caption)
    if start := report["start"]:
        yield "<h2>From the start of the process</h2>"
        names = ("Python", "imported", "opened", "first frame", "first text")
        moments = [(name, start[key]) for name, key in zip(names, MOMENTS, strict=True)]
        yield _figure(
            chart.steps(moments, "Moments of a start"),
            f"Median of {start['runs']} fresh processes; files are in memory already.",
        )
    if live := report["live"]:
        yield "<h2>Live</h2>"
        shares = [
            (name, live[f"{name}_core_share"] or 0.0, f"{live[f'{name}_core_share'] or 0.0:.1%}")
            for name in ("speech", "silence")
        ]
        caption = (
            f"Of a core, {live['seconds']:.0f} s as from a camera. {live['late']} of "
            f"{live['frames']} frames were late, {live['dropped']} dropped; {live['partials']} "
            f"partial and {live['texts']} final texts."
        )
        yield _figure(chart.bars(shares, "Share of a core"), caption)
        if watts := live["watts"]:
            told = [
                (name, watts[name], f"{watts[name]:.2f} W")
                for name in ("idle", "speech", "silence")
                if watts[name] is not None
            ]
            yield _figure(chart.bars(told, "Watts"), f"By {watts['meter']}: all that runs.")
        else:
            yield f'<p class="soft">Energy: {escape(live["no_meter"])}.</p>'
    if counts := report["thread_counts"]:
        yield "<h2>Threads</h2>"
        told = [
            (name, row["frame_ms"], f"{row['frame_ms']:.2f} ms, cpu {row['frame_cpu_ms']:.2f}")
            for name, row in counts.items()
        ]
        yield _figure(chart.bars(told, "A frame by threads"), "A frame by the number of threads.")


def _figure(svg: str, caption: str) -> str:
    return f"<figure>{svg}<figcaption>{escape(caption)}</figcaption></figure>"


def _rows(report: Report) -> Iterator[str]:
    for path, value in flat(report):
        figure = figure_of(path)
        told = "; ".join(value) if isinstance(value, list) else "" if value is None else str(value)
        meaning = figure.meaning if figure else ""
        yield f"<tr><td>{escape(path)}<td>{escape(told)}<td>{escape(meaning)}"
