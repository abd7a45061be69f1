"""How soon and how small: from process start to the first frame and the first text, and memory.

    python -m benchmarks startup ../shared/data/grid/s1/bbaf2n.mp4 [--model M] [--runs 5] [--json]

Two kinds of fresh processes are measured, `--runs` times each, and the medians printed:

- one that reads the clip through the Python interface and says when it got where, counted from
  before the process existed (the monotonic clock is the same for all processes);
- `edge-lip run --source CLIP` itself, watched from outside: wall time and the most memory it ever
  had resident, as the kernel counted it.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

from edge_lip.measuring.start import MOMENTS, start_once

from .arguments import at_least_one

STAGES = {
    "python_s": "process start to the first line of Python",
    "import_s": "... to the reader imported",
    "open_s": "... to model, face models and clip opened",
    "first_frame_s": "... to the first frame read",
    "first_text_s": "... to the text of the clip",
    "run_wall_s": "edge-lip run, start to exit",
    "run_peak_mib": "edge-lip run, most memory resident (MiB)",
}


def inside(clip: str, model: str) -> dict[str, float]:
    """Seconds from process start to each moment of reading `clip`."""
    once = start_once(clip, model, {})
    return {moment: once[moment] for moment in MOMENTS}


def outside(clip: str, model: str) -> dict[str, float]:
    """Wall time and peak memory of `edge-lip run`."""
    call = [sys.executable, "-m", "edge_lip", "run", *filter(None, [model]), "--source", clip]
    start = time.monotonic()
    process = subprocess.Popen(call, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    if status:
        sys.exit("edge-lip run failed: see above")
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, KiB elsewhere
    return {"run_wall_s": wall, "run_peak_mib": usage.ru_maxrss * unit / 1024**2}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks startup", description="Start-up time and memory of reading one clip."
    )
    parser.add_argument("clip")
    parser.add_argument("--model", default="", help="the one that comes with edge-lip")
    parser.add_argument("--runs", type=at_least_one, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    outside(options.clip, options.model)  # files into the page cache, byte code compiled
    runs = [
        inside(options.clip, options.model) | outside(options.clip, options.model)
        for _ in range(options.runs)
    ]
    medians = {stage: statistics.median(run[stage] for run in runs) for stage in STAGES}
    if options.json:
        print(json.dumps({"medians": medians, "runs": runs}, indent=2))
        return
    print(f"medians of {options.runs} runs, {platform.machine()}, {platform.python_version()}")
    for stage, what in STAGES.items():
        print(f"{stage:14} {medians[stage]:8.2f}  {what}")
