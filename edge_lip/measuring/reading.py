"""Reading a clip again and again: where the time goes, stage by stage."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import fmean, median
from time import perf_counter, process_time, thread_time
from typing import Any

from ..reading.reader import Reader
from ..reading.stages import PER_FRAME, STAGES
from ..runtime.interpreter import SPENT
from .figures import spread


@dataclass
class Laps:
    """What one clock saw, in seconds."""

    stages: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    texts: list[float] = field(default_factory=list)
    """From the last frame to the text."""
    told: list[str] = field(default_factory=list)
    """Lines about the source and the device."""
    frames: int = 0
    whole: float = 0.0
    """From the first frame to the last, the text not among it."""
    networks: float = 0.0
    """Of it inside the interpreters."""

    def frame(self) -> float:
        """Sum of the means of what every frame takes."""
        return sum(fmean(self.stages[stage]) for stage in PER_FRAME if self.stages[stage])

    def glue(self) -> float:
        """How many times what the networks take it takes to read a frame that is decoded."""
        return (self.whole - sum(self.stages["read"])) / self.networks


def read_clip(reader: Reader, clip: str, clock: Callable[[], float], laps: Laps) -> None:
    """Read `clip` once, timed by `clock`; a stopwatch keeps only the newest laps, so they are
    taken away after each frame."""
    stopwatch = reader.stopwatch

    def collect(*seen: object) -> None:
        if seen:
            laps.frames += 1
            laps.whole, laps.networks = clock() - start, SPENT.seconds
        for stage, times in stopwatch.laps.items():
            laps.stages[stage] += times
            times.clear()

    usual, stopwatch.clock = stopwatch.clock, clock
    SPENT.clock, SPENT.seconds = clock, 0.0
    start = clock()
    reader.observers.append(collect)
    try:
        for event in reader.stream(clip):
            if event.kind in ("final", "rejected"):
                laps.texts.append(event.latency)
            elif event.kind == "source":
                laps.told.append(event.message)
        collect()
    finally:
        reader.observers.remove(collect)
        stopwatch.clock, SPENT.clock = usual, None


def measure_reading(reader: Reader, clip: str, repeat: int) -> tuple[dict[str, Any], list[str]]:
    """The figures, and what was told meanwhile. Each reading is timed by the wall's clock, by the
    processor's, and by that of the thread alone, in turns: others decode the video."""
    warm, wall, cpu, own = Laps(), Laps(), *([Laps() for _ in range(repeat)] for _ in range(2))
    read_clip(reader, clip, perf_counter, warm)
    for once, alone in zip(cpu, own, strict=True):
        read_clip(reader, clip, perf_counter, wall)
        read_clip(reader, clip, process_time, once)
        read_clip(reader, clip, thread_time, alone)
    stages = {}
    for stage, inside in STAGES.items():
        if wall.stages[stage]:
            middle = round(1000 * median(fmean(once.stages[stage]) for once in cpu), 4)
            times = spread(wall.stages[stage]) or {}
            stages[stage] = {"inside": inside, **times, "cpu_ms": middle}
    latency = spread(wall.texts)
    if latency:
        latency["cpu_ms"] = round(
            sum(row["cpu_ms"] for stage, row in stages.items() if stage not in PER_FRAME), 4
        )
    figures = {
        "stages": stages,
        "frame_mean_ms": round(1000 * wall.frame(), 4),
        "frame_cpu_ms": round(1000 * median(once.frame() for once in cpu), 4),
        "frame_network_ms": round(1000 * median(one.networks / one.frames for one in own), 4),
        "frame_glue": round(median(one.glue() for one in own), 3) if own[0].networks else None,
        "latency": latency,
    }
    return figures, [line for one in (warm, wall, *cpu, *own) for line in one.told]
