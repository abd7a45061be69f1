"""All parts of a benchmark in one report, as `figures` describes it."""

import os
import shlex
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from time import perf_counter, process_time
from typing import Any, Final

from .. import __version__
from ..errors import EdgeLipError
from ..model.inspect.card import card_of
from ..model.network import LIPS
from ..model.shipped import find_model
from ..mouth.trackers import on_device
from ..reading import opening
from ..runtime.conditions import Conditions, busy_seconds, conditions, spoiled
from ..runtime.machine import describe_machine, peak_memory, resident_memory
from .clip import recorded
from .figures import FORMAT, spread
from .live import measure_live
from .reading import Laps, measure_reading, read_clip
from .start import measure_start

PARTS: Final = ("start", "live", "threads")
"""What is measured beside the stages, unless told otherwise."""
STARTS: Final = 3
"""Fresh processes."""
ROUNDS: Final = 2
"""Of speech and silence, live."""
MOST_THREADS: Final = 8


@dataclass(frozen=True)
class Plan:
    """What is to be measured."""

    model: str
    """A file, or the name of one that comes with edge-lip."""
    source: str
    """Of a clip."""
    repeat: int = 5
    tracker: str | None = None
    """The model's own choice when None; so is the decoder."""
    decoder: str | None = None
    threads: int = 1
    delegate: str | None = None
    parts: tuple[str, ...] = PARTS

    def command(self) -> str:
        """That measures the same."""
        words = ["edge-lip", "benchmark", self.model, "--source", self.source]
        words += ["--repeat", str(self.repeat), "--threads", str(self.threads)]
        for name in ("tracker", "decoder", "delegate"):
            if value := getattr(self, name):
                words += [f"--{name}", value]
        if set(self.parts) != set(PARTS):
            words += [word for part in ("stages", *self.parts) for word in ("--only", part)]
        return shlex.join(words)


def measure(plan: Plan) -> tuple[dict[str, Any], list[str]]:
    """The report of `plan`, and lines about the source and the device that people should know.

    A part that fails is null in the report, which says why; without the stages there is none.
    Raises EdgeLipError where the clip or the model can't be read.
    """
    before, began, busy = conditions(), time.monotonic(), busy_seconds()
    used, missing = _used(), {}

    def part(name: str, measured: Callable[[], Any]) -> Any:
        if name in PARTS and name not in plan.parts:
            return None
        try:
            return measured()
        except EdgeLipError as error:
            missing[name] = str(error)
            return None

    how: dict[str, Any] = {
        "tracker": plan.tracker,
        "decoder": plan.decoder,
        "threads": plan.threads,
        "delegate": plan.delegate,
    }
    with recorded(plan.source) as clip:
        with opening.open_reader(plan.model, **_given(how)) as reader:
            stages, told = measure_reading(reader, clip, plan.repeat)
            live = part("live", lambda: measure_live(reader, clip, ROUNDS))
            peak, steady = peak_memory(), resident_memory()
            manifest, inputs = reader.manifest, reader.inputs
        start = part("start", lambda: measure_start(clip, plan.model, _given(how), STARTS))
        threads = part("threads", lambda: _thread_counts(plan.model, clip, how))
    seconds, after = time.monotonic() - began, conditions()
    others = _others(busy, used, seconds)
    content = find_model(plan.model).read_bytes()
    report = {
        "format": FORMAT,
        "edge_lip": __version__,
        "command": plan.command(),
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "model": plan.model,
        "model_bytes": len(content),
        "model_fps": manifest.fps,
        "model_sha256": sha256(content).hexdigest(),
        "source": plan.source,
        "repeat": plan.repeat,
        "threads": plan.threads,
        "delegate": None if told else plan.delegate,
        "tracker": plan.tracker or on_device(manifest.tracker, LIPS in inputs),
        "machine": describe_machine(),
        "conditions": {"before": _told(before), "after": _told(after)},
        "others_cores": others,
        "warnings": [*spoiled(before, after, others), *_textless(stages, live)],
        "missing": missing,
        "signatures": part("signatures", lambda: _signatures(plan.model)),
        **stages,
        "start": start,
        "live": live,
        "thread_counts": threads,
        "peak_memory_bytes": peak,
        "steady_memory_bytes": steady,
    }
    return report, told


def _textless(stages: Mapping[str, Any], live: Mapping[str, Any] | None) -> list[str]:
    """Lines on texts that did not come: then less was measured than reading takes."""
    if stages["latency"] is None:
        return [
            "no text came of the clip: no face in it can be read, so this is no measure of reading"
        ]
    if live is not None and not live["texts"]:
        return [
            "live, no text came of the clip: nobody is seen to speak in it, so speech is too cheap"
        ]
    return []


def _given(how: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in how.items() if value is not None}


def _thread_counts(model: str, clip: str, how: Mapping[str, Any]) -> dict[str, Any]:
    """By the number of threads, from 1 to the cores."""
    rows = {}
    for threads in range(1, min(int(describe_machine()["cores"]), MOST_THREADS) + 1):
        wall, cpu = Laps(), Laps()
        with opening.open_reader(model, **_given({**how, "threads": threads})) as reader:
            read_clip(reader, clip, perf_counter, Laps())
            read_clip(reader, clip, perf_counter, wall)
            read_clip(reader, clip, process_time, cpu)
        text = spread(wall.texts)
        rows[str(threads)] = {
            "frame_ms": round(1000 * wall.frame(), 4),
            "frame_cpu_ms": round(1000 * cpu.frame(), 4),
            "text_ms": text["p50_ms"] if text else None,
        }
    return rows


def _signatures(model: str) -> dict[str, Any]:
    card = card_of(find_model(model))
    return {
        name: {
            "frames": card["utterance_frames"],
            **{key: one[key] for key in ("macs", "weight_bytes", "peak_bytes")},
        }
        for name, one in card["signatures"].items()
    }


def _told(one: Conditions) -> dict[str, Any]:
    throttled = None if one.throttled is None else list(one.throttled)
    return {**asdict(one), "throttled": throttled}


def _used() -> float:
    """Processor time of this process and of those that it has started and that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _others(busy: float | None, used: float, seconds: float) -> float | None:
    """Cores that other processes kept busy, since `busy` and `used` were what they were."""
    now = busy_seconds()
    if busy is None or now is None or not seconds:
        return None
    return round(max(0.0, now - busy - (_used() - used)) / seconds, 2)
