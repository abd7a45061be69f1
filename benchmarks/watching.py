"""What it costs to be watched: `edge-lip demo` with and without a screen or a page.

    python -m benchmarks watching [--runs 5] [--json]

Whole processes are started `--runs` times each, one sentence each, and the medians printed: the
most memory they ever had resident, and the processor time they took. The page is looked at by a
client that takes every message. Then one reader reads a rendered talker in this process, to time
the page's observer alone, for each frame.
"""

import argparse
import json
import os
import pty
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from threading import Thread

from websockets.sync.client import connect

from edge_lip.reading.observation import Observation
from edge_lip.reading.opening import open_reader
from edge_lip.web.board import Board

from .arguments import at_least_one

DEMO = [sys.executable, "-m", "edge_lip", "demo", "--sentences", "1"]
SPEC = "talker:bin blue at f two now"


def lines() -> tuple[float, float]:
    """Peak MiB and processor seconds of the demo in a pipe."""
    return _usage(subprocess.Popen(DEMO, stdout=subprocess.DEVNULL))


def screen() -> tuple[float, float]:
    """The same on a terminal of 100 columns and 40 rows."""
    ours, its = pty.openpty()
    environment = os.environ | {
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "COLUMNS": "100",
        "LINES": "40",
    }
    process = subprocess.Popen(DEMO, stdin=its, stdout=its, stderr=its, env=environment)
    os.close(its)
    Thread(target=_drain, args=(ours,), daemon=True).start()
    return _usage(process)


def page() -> tuple[float, float]:
    """The same in a pipe, and on a page that somebody looks at."""
    process = subprocess.Popen(
        [*DEMO, "--web", "127.0.0.1:0"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    told = re.search(r"//(\S+)/", process.stderr.readline())
    assert told
    with connect(f"ws://{told[1]}/messages") as browser:
        for _ in browser:
            pass
    return _usage(process)


def observer(rounds: int = 20) -> dict[str, float]:
    """Microseconds of a frame in the page's observer, nobody and somebody looking."""
    seen: list[Observation] = []
    with open_reader() as reader:
        reader.observers.append(seen.append)
        list(reader.read(SPEC))
        board = Board(reader)
        figures = {"nobody": _observe(board, seen, rounds)}
        with closing(board.follow()) as messages:
            next(messages)
            figures["somebody"] = _observe(board, seen, rounds)
    return figures


def _observe(board: Board, seen: list[Observation], rounds: int) -> float:
    start = time.thread_time()
    for _ in range(rounds):
        for observation in seen:
            board.observe(observation)
    return 1e6 * (time.thread_time() - start) / (rounds * len(seen))


def _usage(process: subprocess.Popen) -> tuple[float, float]:
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit("edge-lip demo failed: see above")
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, KiB elsewhere
    return usage.ru_maxrss * unit / 1024**2, usage.ru_utime + usage.ru_stime


def _drain(terminal: int) -> None:
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:  # how a terminal ends
        pass


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks watching", description="What it costs to be watched."
    )
    parser.add_argument("--runs", type=at_least_one, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    lines()  # files into the page cache, byte code compiled
    report: dict[str, dict[str, float]] = {}
    for measure in (lines, screen, page):
        runs = [measure() for _ in range(options.runs)]
        memory, seconds = (statistics.median(column) for column in zip(*runs, strict=True))
        report[measure.__name__] = {"peak_mib": memory, "processor_s": seconds}
    report["observer_us"] = observer()
    if options.json:
        print(json.dumps(report, indent=2))
        return
    for name in ("lines", "screen", "page"):
        row = report[name]
        print(f"{name:8} {row['peak_mib']:6.0f} MiB {row['processor_s']:6.2f} s of processor time")
    for who, cost in report["observer_us"].items():
        print(f"observer {cost:6.1f} microseconds a frame, {who} looking")
