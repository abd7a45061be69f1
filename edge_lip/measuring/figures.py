"""What a report holds: every figure by its path, what it means, and which ones judge a build.

`*` in a path stands for a name: a stage, a signature, a number of threads. A part that was not
measured is null, and so are figures that a machine does not tell; `missing` says why.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

FORMAT: Final = 1
"""Of a report; another number where a figure's path or meaning changes."""


@dataclass(frozen=True)
class Figure:
    """One line of the schema."""

    meaning: str
    judged: bool = False
    """Whether a comparison judges by it: less is better."""


def _spread(of: str, path: str) -> dict[str, Figure]:
    return {
        path: Figure(f"{of}; null where there was none"),
        f"{path}.count": Figure("how many"),
        f"{path}.p50_ms": Figure("median, wall time"),
        f"{path}.p90_ms": Figure("nine of ten are under it"),
        f"{path}.p99_ms": Figure("99 of 100 are under it"),
        f"{path}.max_ms": Figure("the longest"),
        f"{path}.mean_ms": Figure("mean"),
    }


SCHEMA: Final[Mapping[str, Figure]] = {
    "format": Figure(f"{FORMAT}, the version of this schema"),
    "edge_lip": Figure("version of edge-lip"),
    "command": Figure("what was called"),
    "date": Figure("when it ended, UTC"),
    "model": Figure("as it was named"),
    "model_bytes": Figure("size of the model file", judged=True),
    "model_fps": Figure("frames a second that it reads"),
    "model_sha256": Figure("of the model file"),
    "source": Figure("the clip, as it was named"),
    "repeat": Figure("how often it was read by each clock, after once to warm up"),
    "threads": Figure("of the interpreters"),
    "delegate": Figure("what computed beside the processor, or null"),
    "tracker": Figure("how the mouth was found"),
    "machine": Figure("what it was measured on"),
    "machine.cpu": Figure("the board's name, or the processor's"),
    "machine.cores": Figure("that this process may use"),
    "machine.architecture": Figure("such as aarch64"),
    "machine.python": Figure("its version"),
    "machine.interpreter": Figure("of TFLite, with its version"),
    "conditions": Figure("of the machine, `before` and `after`"),
    "conditions.*.temperature_c": Figure("of the processor"),
    "conditions.*.governor": Figure("of its frequency, with the driver"),
    "conditions.*.frequency_mhz": Figure("of the first core"),
    "conditions.*.highest_mhz": Figure("that the first core may have"),
    "conditions.*.throttled": Figure("what slowed a Raspberry Pi down at that moment"),
    "conditions.*.throttle_count": Figure("how often cores slowed down for heat since the start"),
    "others_cores": Figure("cores that other processes kept busy meanwhile"),
    "warnings": Figure("what spoils the result"),
    "missing": Figure("parts that could not be measured"),
    "missing.*": Figure("why"),
    "signatures": Figure("graphs of the model, counted from the file"),
    "signatures.*.frames": Figure("of the utterance that is counted, where its length is open"),
    "signatures.*.macs": Figure("multiplications with an addition in one call", judged=True),
    "signatures.*.weight_bytes": Figure("of its weights", judged=True),
    "signatures.*.peak_bytes": Figure("of tensors at the same moment, without weights"),
    "stages": Figure("where the time of reading goes"),
    "stages.*.inside": Figure("what is inside the stopwatch"),
    **_spread("one stage", "stages.*"),
    "stages.*.cpu_ms": Figure(
        "processor time, all threads: mean of a reading, median of all", judged=True
    ),
    "frame_mean_ms": Figure("sum of the means of what every frame takes, wall time"),
    "frame_cpu_ms": Figure("the same, processor time", judged=True),
    "frame_network_ms": Figure("of it inside the interpreters, by the thread's own clock"),
    "frame_glue": Figure(
        "how many times that a decoded frame takes in all; null where no network ran"
    ),
    **_spread("from the last frame to the text", "latency"),
    "latency.cpu_ms": Figure("the same of processor time, decode and text", judged=True),
    "start": Figure("a fresh process, median of several; files are in memory already"),
    "start.runs": Figure("how many"),
    "start.python_s": Figure("from the start of the process to the first line of Python"),
    "start.import_s": Figure("... to the reader imported"),
    "start.open_s": Figure("... to model, face models and clip opened"),
    "start.first_frame_s": Figure("... to the first frame read"),
    "start.first_text_s": Figure("... to the text of the clip"),
    "start.first_frame_cpu_s": Figure("processor time up to the first frame", judged=True),
    "start.first_text_cpu_s": Figure("processor time up to the text", judged=True),
    "start.peak_bytes": Figure("most memory resident", judged=True),
    "start.steady_bytes": Figure("memory resident after the text"),
    "live": Figure("the clip as a camera would see it, with partial texts, then its last picture"),
    "live.seconds": Figure("of the stream"),
    "live.speech_cpu_ms": Figure("processor time for a second of speech", judged=True),
    "live.silence_cpu_ms": Figure("processor time for a second of silence", judged=True),
    "live.decoding_cpu_ms": Figure("of a second of speech: decoding the video, in its thread"),
    "live.speech_core_share": Figure("of one core, 0 to 1, while somebody speaks"),
    "live.silence_core_share": Figure("of one core, 0 to 1, while nobody does"),
    "live.frames": Figure("that were read"),
    "live.dropped": Figure("frames that nobody had time for"),
    "live.late": Figure("frames that were read later than the next was due"),
    "live.level": Figure("the most that was given up to keep up, 0 for nothing"),
    "live.partials": Figure("partial texts"),
    "live.texts": Figure("final ones"),
    "live.hold_s": Figure("how long lips have to be still before a text is made"),
    **_spread("from when a frame was due until it was read", "live.lag"),
    **_spread("from when the frame was due that ended an utterance, to the text", "live.text"),
    "live.watts": Figure("what the meter told, or null without one"),
    "live.watts.meter": Figure("which meter; it sees all that runs"),
    "live.watts.idle": Figure("before, while nothing was read"),
    "live.watts.speech": Figure("while somebody spoke"),
    "live.watts.silence": Figure("while nobody did"),
    "live.no_meter": Figure("why there are no watts, or null"),
    "thread_counts": Figure("the clip read with other numbers of threads"),
    "thread_counts.*.frame_ms": Figure("mean of a frame, wall time"),
    "thread_counts.*.frame_cpu_ms": Figure("mean of a frame, processor time"),
    "thread_counts.*.text_ms": Figure("from the last frame to the text, median"),
    "peak_memory_bytes": Figure("most memory resident, reading and live, in this process"),
    "steady_memory_bytes": Figure("memory resident after that"),
}


def spread(seconds: Iterable[float]) -> dict[str, Any] | None:
    """Percentiles, most and mean of times, in milliseconds; None of no times."""
    ms = 1000 * np.array(list(seconds))
    if not len(ms):
        return None
    p50, p90, p99 = np.percentile(ms, (50, 90, 99))
    figures = {"p50": p50, "p90": p90, "p99": p99, "max": ms.max(), "mean": ms.mean()}
    return {"count": len(ms), **{f"{key}_ms": round(float(one), 4) for key, one in figures.items()}}


def flat(report: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Paths and values of a report, in its order; those of tables come without the tables."""
    for key, value in report.items():
        if isinstance(value, Mapping) and value:
            yield from flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def figure_of(path: str) -> Figure | None:
    """What the schema says of a path, whose names may be any."""
    parts = path.split(".")
    for known, figure in SCHEMA.items():
        names = known.split(".")
        fits = (name in ("*", part) for name, part in zip(names, parts, strict=False))
        if len(names) == len(parts) and all(fits):
            return figure
    return None
