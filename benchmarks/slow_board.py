"""A reader with a part of a core in front of a camera: does it keep up, and what does that cost?

    python benchmarks/slow_board.py CLIPS [--share 0.1] [--seconds 180] [--tracker T] [--stubborn]

CLIPS (a video or a folder of them, read in turns) are played as fast as they were recorded, as if a
camera saw them. A control group of Linux leaves this process `--share` of one core once all is
loaded, so it has to be allowed to make one (root, mostly). Every ten seconds a line: what is given
up to keep up, how old in seconds a frame was when it had been read, frames that were read and that
were not, texts, processor time, memory. `--stubborn` gives nothing up.
"""

import argparse
import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from edge_lip.governor import LEVELS, Governor, GovernorPolicy
from edge_lip.observation import Observation
from edge_lip.reader import open_reader
from edge_lip.sources import Frame, expand, open_source
from edge_lip.sources.capture import Capture
from edge_lip.sources.paced import Paced

CONTROL = Path("/sys/fs/cgroup")
PERIOD = 50_000
"""Microseconds over which a share is dealt out: about a frame's time."""
REPORT = 10.0
"""Seconds."""


class Endless:
    """Clips one after the other, again and again, for so many seconds."""

    name = "endless"
    live = False

    def __init__(self, specs: list[str], seconds: float) -> None:
        self._specs, self._seconds = specs, seconds

    def __iter__(self) -> Iterator[Frame]:
        start = 0.0
        while True:
            for spec in self._specs:
                with closing(open_source(spec)) as source:
                    for frame in source:
                        last = start + frame.time
                        if last >= self._seconds:
                            return
                        yield replace(frame, time=last)
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

    def __init__(self, governor: Governor) -> None:
        self._governor = governor
        self._start = self._told = time.monotonic()
        self._used = time.process_time()
        self._early = np.inf
        self._lags: list[float] = []
        self._dropped = 0
        self.texts = 0
        print("   s  level    lag (most)  read  left out  texts   cpu      MiB")

    def __call__(self, seen: Observation) -> None:
        """A frame has been read."""
        now = time.monotonic()
        # The frame that was read soonest after its time tells when the stream began.
        self._early = min(self._early, now - seen.frame.time)
        self._lags.append(now - seen.frame.time)
        self._dropped += seen.frame.dropped
        if now - self._told < REPORT:
            return
        lags = np.array(self._lags) - self._early
        used = time.process_time()
        print(
            f"{now - self._start:4.0f}  {self._governor.level:5}  {np.median(lags):5.2f} "
            f"({lags.max():4.2f})  {len(lags):4}  {self._dropped:8}  {self.texts:5}  "
            f"{(used - self._used) / (now - self._told):4.0%}  {resident():7.1f}",
            flush=True,
        )
        self._told, self._used = now, used
        self._lags, self._dropped, self.texts = [], 0, 0


def resident() -> float:
    """MiB that this process has in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


def main() -> None:
    """Read for a while."""
    parser = argparse.ArgumentParser(description="Does a slow board keep up with a camera?")
    parser.add_argument("clips")
    parser.add_argument("--share", type=float, default=0.1, help="of one core")
    parser.add_argument("--seconds", type=float, default=180.0)
    parser.add_argument("--model", type=Path, help="the one that comes with edge-lip")
    parser.add_argument("--tracker", help="the usual one")
    parser.add_argument("--stubborn", action="store_true", help="give nothing up")
    options = parser.parse_args()
    governor = Governor(GovernorPolicy(levels=LEVELS[:1]) if options.stubborn else None)
    with open_reader(options.model, options.tracker, governor=governor) as reader:
        source = Capture(Paced(Endless(expand(options.clips), options.seconds)))
        with slowed(options.share), closing(source):
            report = Report(governor)
            reader.observers.append(report)
            for event in reader.read(source):
                report.texts += event.kind == "final"


if __name__ == "__main__":
    main()
