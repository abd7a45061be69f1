"""A report for a terminal, and how it compares with an older one."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from .compare import Verdict

MIB: Final = 1024 * 1024
HEAD: Final = ("p50", "p90", "p99", "max", "mean")


def table(report: Mapping[str, Any]) -> str:
    """Everything that was measured, in a few lines each."""
    lines = [*about(report), "", *_stages(report)]
    for part in (_start, _live, _threads, _signatures):
        told = part(report)
        lines += ["", *told] if told else []
    lines += [f"not measured: {name}: {why}" for name, why in report["missing"].items()]
    lines += [f"WARNING: {line}" for line in report["warnings"]]
    frame = f"a frame takes {report['frame_mean_ms']:.2f} ms on average"
    frame += f", {report['frame_cpu_ms']:.2f} of the processor"
    if report["frame_glue"] is not None:
        frame += f"; decoded, {report['frame_glue']:.2f} times its networks' calls"
    return "\n".join([*lines, "", frame])


def about(report: Mapping[str, Any]) -> list[str]:
    """What was measured, on what, under which conditions."""
    machine = report["machine"]
    threads = f"{report['threads']} thread" + ("s" if report["threads"] > 1 else "")
    delegate = f", {report['delegate']}" if report["delegate"] else ""
    return [
        f"model    {report['model']}, {_mib(report['model_bytes'], 2)}",
        f"source   {report['source']}, read {report['repeat']} times by each clock, after one to "
        "warm up",
        f"machine  {machine['cpu']}, {machine['cores']} cores, {machine['architecture']}",
        f"runtime  {machine['interpreter']}, {threads}, Python {machine['python']}, "
        f"edge-lip {report['edge_lip']}{delegate}",
        f"memory   {_mib(report['peak_memory_bytes'])} at most, "
        f"{_mib(report['steady_memory_bytes'])} in the end",
        f"before   {_conditions(report['conditions']['before'])}",
        f"after    {_conditions(report['conditions']['after'])}",
    ]


def verdicts(found: Sequence[Verdict], unlike: Sequence[str], tolerance: float) -> str:
    """A comparison, worst first."""
    lines = [f"not the same in both: {line}" for line in unlike]
    width = max((len(one.path) for one in found), default=0)
    for one in sorted(found, key=lambda verdict: -verdict.ratio):
        change = f"{one.old:12g} -> {one.new:12g}  x{one.ratio:.2f}"
        lines.append(f"{one.judgement:6}  {one.path:{width}}  {change}")
    worse = sum(one.judgement == "WORSE" for one in found)
    said = f"{worse} of {len(found)} figures are worse by more than {tolerance:.0%}"
    return "\n".join([*lines, said if worse else f"nothing is worse by more than {tolerance:.0%}"])


def _stages(report: Mapping[str, Any]) -> list[str]:
    names = " ".join(f"{name:>8}" for name in (*HEAD, "cpu"))
    lines = [f"{'ms':8} {names} {'count':>6}  inside the stopwatch"]
    rows = dict(report["stages"])
    if report["latency"]:
        inside = "per utterance: from the last frame read to the text"
        rows["latency"] = {"inside": inside, **report["latency"]}
    for name, row in rows.items():
        figures = " ".join(f"{row[f'{key}_ms']:8.3f}" for key in (*HEAD, "cpu"))
        lines.append(f"{name:8} {figures} {row['count']:6}  {row['inside']}")
    return lines


def _start(report: Mapping[str, Any]) -> list[str]:
    start = report["start"]
    if start is None:
        return []
    return [
        f"start    a fresh process, {start['runs']} times: reader imported after "
        f"{start['import_s']:.2f} s, first frame {start['first_frame_s']:.2f} s "
        f"(cpu {start['first_frame_cpu_s']:.2f}), first text {start['first_text_s']:.2f} s "
        f"(cpu {start['first_text_cpu_s']:.2f})",
        f"         {_mib(start['peak_bytes'])} at most, {_mib(start['steady_bytes'])} in the end",
    ]


def _live(report: Mapping[str, Any]) -> list[str]:
    live = report["live"]
    if live is None:
        return []
    lines = [
        f"live     {live['seconds']:.0f} s as from a camera, {live['partials']} partial and "
        f"{live['texts']} final texts",
        *(
            f"         {what}: {live[f'{name}_cpu_ms']:.1f} ms of processor time a second, "
            f"{live[f'{name}_core_share']:.1%} of a core"
            for name, what in (("speech", "speech "), ("silence", "silence"))
            if live[f"{name}_cpu_ms"] is not None
        ),
        f"         {live['late']} of {live['frames']} frames late, {live['dropped']} dropped, "
        f"level {live['level']}",
    ]
    for name, what in (("lag", "a frame was read"), ("text", "a text was there")):
        if live[name]:
            p50, p99, most = (live[name][f"{key}_ms"] for key in ("p50", "p99", "max"))
            lines.append(
                f"         {what} {p50:.1f} ms after it was due (99 %: {p99:.1f}, most: {most:.1f})"
            )
    lines.append(f"         text: {live['hold_s']:g} s of still lips come before that")
    if live["watts"]:
        watts = live["watts"]
        told = ", ".join(
            f"{name} {watts[name]:.2f}"
            for name in ("idle", "speech", "silence")
            if watts[name] is not None
        )
        lines.append(f"energy   {told} W by {watts['meter']}")
    else:
        lines.append(f"energy   {live['no_meter']}")
    return lines


def _threads(report: Mapping[str, Any]) -> list[str]:
    counts = report["thread_counts"]
    if counts is None:
        return []
    told = (
        f"{name}: {row['frame_ms']:.2f} (cpu {row['frame_cpu_ms']:.2f})"
        + (f", {row['text_ms']:.1f}" if row["text_ms"] is not None else "")
        for name, row in counts.items()
    )
    return [f"threads  ms of a frame, of a text: {'; '.join(told)}"]


def _signatures(report: Mapping[str, Any]) -> list[str]:
    return [
        f"{name:8} {row['macs'] / 1e6:.2f} M multiply-adds, {row['weight_bytes'] / 1e3:,.0f} kB of "
        f"weights, {row['peak_bytes'] / 1e3:,.0f} kB of tensors at once"
        for name, row in (report["signatures"] or {}).items()
    ]


def _conditions(one: Mapping[str, Any]) -> str:
    told = []
    if one["temperature_c"] is not None:
        told.append(f"{one['temperature_c']:.0f} °C")
    if one["governor"]:
        told.append(f"governor {one['governor']}")
    if one["frequency_mhz"] is not None:
        most = f" of {one['highest_mhz']:.0f}" if one["highest_mhz"] is not None else ""
        told.append(f"{one['frequency_mhz']:.0f}{most} MHz")
    if one["throttled"] is not None:
        told.append(", ".join(one["throttled"]) or "not throttled")
    return "; ".join(told) or "neither heat, clock nor throttling is told here"


def _mib(count: int | None, digits: int = 0) -> str:
    return "not known here" if count is None else f"{count / MIB:.{digits}f} MiB"
