"""From the start of a process to its first frame and its first text, in fresh processes."""

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from statistics import median
from typing import Any, Final

from ..errors import EdgeLipError

MOMENTS: Final = ("python_s", "import_s", "open_s", "first_frame_s", "first_text_s")
INSIDE: Final = """
import time
python = time.monotonic()
import json, sys
from edge_lip.reading.opening import open_reader
from edge_lip.sources.specs import open_source
imported = time.monotonic()
start, clip, model, how = json.loads(sys.argv[1])
reader, source = open_reader(model or None, **how), open_source(clip)
opened = time.monotonic()
frames = iter(source)
frame = next(frames)
first_frame, first_frame_cpu = time.monotonic(), time.process_time()
events = reader.push(frame)
for frame in frames:
    events += reader.push(frame)
events += reader.finish()
text, text_cpu = time.monotonic(), time.process_time()
from edge_lip.runtime.machine import peak_memory, resident_memory
moments = (python, imported, opened, first_frame, text)
print(json.dumps({
    "moments": [moment - start for moment in moments],
    "cpu": [first_frame_cpu, text_cpu],
    "memory": [peak_memory(), resident_memory()],
}))
"""


def start_once(clip: str, model: str, how: Mapping[str, Any]) -> dict[str, Any]:
    """Seconds and bytes of one process that reads `clip` with `model`, opened as `how` says
    (arguments of `open_reader`). The monotonic clock is the same for all processes.

    Raises EdgeLipError with what the process said where it fails.
    """
    given = json.dumps([time.monotonic(), clip, model, dict(how)])
    call = [sys.executable, "-c", INSIDE, given]
    done = subprocess.run(call, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"]
        raise EdgeLipError(f"a fresh process can't read the clip: {said[-1]}")
    told = json.loads(done.stdout)
    return {
        **dict(zip(MOMENTS, told["moments"], strict=True)),
        **dict(zip(("first_frame_cpu_s", "first_text_cpu_s"), told["cpu"], strict=True)),
        **dict(zip(("peak_bytes", "steady_bytes"), told["memory"], strict=True)),
    }


def measure_start(clip: str, model: str, how: Mapping[str, Any], runs: int) -> dict[str, Any]:
    """The medians, after one process that brings all files into memory."""
    start_once(clip, model, how)
    rows = [start_once(clip, model, how) for _ in range(runs)]
    figures: dict[str, Any] = {"runs": runs}
    for name in rows[0]:
        known = [row[name] for row in rows if row[name] is not None]
        middle = median(known) if known else None
        if middle is not None:
            middle = round(middle) if name.endswith("bytes") else round(middle, 4)
        figures[name] = middle
    return figures
