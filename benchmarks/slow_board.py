"""A reader with a part of a core in front of a camera: does it keep up, and what does that cost?

    python -m benchmarks slow_board CLIPS... [--share 0.1] [--seconds 180] [--tracker T]
                                    [--stubborn]

CLIPS (videos, or a folder of them, read in turns) are played as fast as they were recorded, as if a
camera saw them. A control group of Linux leaves this process `--share` of one core once all is
loaded, so it has to be allowed to make one (root, mostly). Every ten seconds a line: what is given
up to keep up, how old in seconds a frame was when it had been read, frames that were read and that
were not, texts, processor time, memory. At the end the same of the whole run, memory after a minute
and at the end, and, where the clips are called as those of GRID, how many words were read wrong.
`--stubborn` gives nothing up.
"""

import argparse
import os
import time
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from edge_lip.errors import DataError, SourceError, UsageError
from edge_lip.reading.load_shedding import LEVELS, LoadShedding, SheddingPolicy
from edge_lip.reading.observation import Observation
from edge_lip.reading.opening import open_reader
from edge_lip.sources.capture import Capture
from edge_lip.sources.frame import Frame
from edge_lip.sources.realtime import Paced
from edge_lip.sources.specs import expand, open_source

from .arguments import above_zero

CONTROL = Path("/sys/fs/cgroup")
PERIOD = 50_000
"""Microseconds over which a share is dealt out: about a frame's time."""
REPORT = 10.0
"""Seconds."""
SETTLED = 60.0
"""After so many seconds all has been loaded that ever is."""


@dataclass
class Played:
    """A clip that was played, and when: seconds of the stream."""

    name: str
    start: float
    end: float
    texts: list[str] = field(default_factory=list)
    """What was read meanwhile."""


class Endless:
    """Clips one after the other, again and again, for so many seconds."""

    name = "endless"
    live = False

    def __init__(self, specs: list[str], seconds: float) -> None:
        self._specs, self._seconds = specs, seconds
        self.began = 0.0
        """When the stream's time was 0, by the monotonic clock."""
        self.played: list[Played] = []
        """Whole clips."""

    def __iter__(self) -> Iterator[Frame]:
        start = 0.0
        self.began = time.monotonic()
        while True:
            for spec in self._specs:
                last = start
                with closing(open_source(spec)) as source:
                    for frame in source:
                        last = start + frame.time
                        if last >= self._seconds:
                            return
                        yield replace(frame, time=last)
                self.played.append(Played(Path(spec).stem, start, last))
                start = last + 0.04

    def close(self) -> None:
        """Nothing is open."""


@contextmanager
def slowed(share: float) -> Iterator[None]:
    """This process has `share` of one core."""
    first = CONTROL / "cpu" if (CONTROL / "cpu" / "cgroup.procs").exists() else CONTROL
    group = first / f"edge-lip-{os.getpid()}"
    try:
        group.mkdir()
        if first == CONTROL:
            (group / "cpu.max").write_text(f"{round(share * PERIOD)} {PERIOD}")
        else:
            (group / "cpu.cfs_period_us").write_text(str(PERIOD))
            (group / "cpu.cfs_quota_us").write_text(str(round(share * PERIOD)))
        (group / "cgroup.procs").write_text(str(os.getpid()))
    except OSError as error:
        with suppress(OSError):
            group.rmdir()
        raise SystemExit(f"can't make a control group in {first}: {error.strerror}") from error
    try:
        yield
    finally:
        (first / "cgroup.procs").write_text(str(os.getpid()))
        group.rmdir()


class Report:
    """Looks on, and prints a line every `REPORT` seconds."""

    def __init__(self, load_shedding: LoadShedding, stream: Endless) -> None:
        self._load_shedding, self._stream = load_shedding, stream
        self._start = self._told = time.monotonic()
        self._began = self._used = time.process_time()
        self._lags: list[float] = []
        self._dropped = self._left_out = self._texts = 0
        self._whole = array("f")  # memory is what is measured
        self._levels: Counter[int] = Counter()
        self._memory: list[tuple[float, float]] = []
        self.finals: list[tuple[float, str]] = []
        print("   s  level    lag (most)  read  left out  texts   cpu      MiB")

    def __call__(self, seen: Observation) -> None:
        """A frame has been read."""
        now = time.monotonic()
        self._lags.append(now - self._stream.began - seen.frame.time)
        self._dropped += seen.frame.dropped
        self._levels[self._load_shedding.level] += 1
        if now - self._told >= REPORT:
            self._tell(now)

    def _tell(self, now: float) -> None:
        used, memory = time.process_time(), resident()
        print(
            f"{now - self._start:4.0f}  {self._load_shedding.level:5}  "
            f"{np.median(self._lags):5.2f} "
            f"({max(self._lags):4.2f})  {len(self._lags):4}  {self._dropped:8}  "
            f"{len(self.finals) - self._texts:5}  "
            f"{(used - self._used) / (now - self._told):4.0%}  {memory:7.1f}",
            flush=True,
        )
        self._memory.append((now - self._start, memory))
        self._whole.extend(self._lags)
        self._left_out += self._dropped
        self._told, self._used, self._texts = now, used, len(self.finals)
        self._lags, self._dropped = [], 0

    def sum_up(self) -> None:
        """Print the figures of all whole lines; raises SourceError where there are none."""
        if not self._whole:
            raise SourceError(f"no frame was read within {REPORT:g} s")
        median, nearly, most = np.percentile(self._whole, (50, 99, 100))
        frames = len(self._whole) + self._left_out
        shares = ", ".join(
            f"{level}: {self._levels[level] / self._levels.total():.0%}"
            for level in sorted(self._levels)
        )
        print(f"lag: median {median:.2f} s, 99 of 100 under {nearly:.2f} s, most {most:.2f} s")
        print(f"left out: {self._left_out} of {frames} frames ({self._left_out / frames:.1%})")
        print(f"frames read at each level: {shares}")
        print(f"processor: {(self._used - self._began) / (self._told - self._start):.1%} of a core")
        settled = [memory for seconds, memory in self._memory if seconds > SETTLED]
        if settled:
            print(
                f"memory: {settled[0]:.1f} MiB after a minute, {settled[-1]:.1f} at the end, "
                f"{min(settled):.1f} to {max(settled):.1f} between"
            )


def word_errors(played: list[Played], finals: list[tuple[float, str]]) -> str:
    """Word errors of the whole clips; a text is of the clip in which its middle lies."""
    from training.data.datasets.grid import sentence
    from training.reports.metrics import Reading, score

    for middle, text in finals:
        for clip in played:
            if clip.start <= middle <= clip.end:
                clip.texts.append(text)
    try:
        readings = [
            Reading(clip.name, "", sentence(clip.name), " ".join(clip.texts), 0.0)
            for clip in played
        ]
    except DataError:
        return "words: not known, the clips are not called as those of GRID"
    if not readings:
        return "words: no clip was played to its end"
    result = score(readings)
    silent = sum(not clip.texts for clip in played)
    return (
        f"words: WER {result.wer:.1%} of {result.words} in {result.clips} clips "
        f"(95 %: {result.low:.1%} to {result.high:.1%}); {silent} clips gave no text"
    )


def resident() -> float:
    """MiB that this process has in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


def main(arguments: Sequence[str] | None = None) -> None:
    """Read for a while."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks slow_board", description="Does a slow board keep up with a camera?"
    )
    parser.add_argument("clips", nargs="+")
    parser.add_argument("--share", type=above_zero, default=0.1, help="of one core")
    parser.add_argument("--seconds", type=above_zero, default=180.0)
    parser.add_argument("--model", type=Path, help="the one that comes with edge-lip")
    parser.add_argument("--tracker", help="the usual one")
    parser.add_argument("--stubborn", action="store_true", help="give nothing up")
    options = parser.parse_args(arguments)
    if options.seconds < 2 * REPORT:
        raise UsageError(f"--seconds has to be {2 * REPORT:g} or more: a line takes {REPORT:g}")
    load_shedding = LoadShedding(SheddingPolicy(levels=LEVELS[:1]) if options.stubborn else None)
    with open_reader(options.model, options.tracker, load_shedding=load_shedding) as reader:
        stream = Endless([clip for spec in options.clips for clip in expand(spec)], options.seconds)
        source = Capture(Paced(stream))
        with slowed(options.share), closing(source):
            report = Report(load_shedding, stream)
            reader.observers.append(report)
            for event in reader.read(source):
                if event.kind == "final":
                    report.finals.append(((event.start + event.end) / 2, event.text))
    report.sum_up()
    print(word_errors(stream.played, report.finals))
