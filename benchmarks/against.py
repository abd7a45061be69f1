"""This build and another one, in turns, on the same frames: what does reading cost, is it the same?

    git worktree add ../before COMMIT
    python -m benchmarks against CLIPS... --before ../before [--model M] [--clips N] [--rounds 3]

Two processes, one per build, hold the frames of the same clip and read them in turns: what else the
machine does meets both alike, so it is the ratios that count. Processor time, one thread, without
decoding the video. A clip is one utterance, as a live stream reads it: once without partial texts
and once with five a second. All texts are compared, the partial ones, too.

CLIPS are videos, folders of them, or other sources that end. The other build has to take the model.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np

import edge_lip
from edge_lip.errors import EdgeLipError, UsageError
from edge_lip.model.shipped import find_model
from edge_lip.sources.specs import expand

from .arguments import at_least_one

MODES: Final = {"without partial texts": 0.0, "with five a second": 0.2}
"""Seconds between two of them."""
BUILD: Final = """
import json, sys
from contextlib import closing
from time import process_time
from edge_lip.errors import EdgeLipError
from edge_lip.model.file import open_model
from edge_lip.reading.reader import Reader
from edge_lip.sources.specs import open_source

def answer():
    model = open_model(sys.argv[1])
    held, frames, readers = None, [], {}
    for line in sys.stdin:
        clip, every = json.loads(line)
        if clip != held:
            with closing(open_source(clip)) as source:
                held, frames = clip, list(source)
        if every not in readers:
            how = {"partial_every": every, "live": True, "trigger": "always", "longest": 1e9}
            readers[every] = Reader(model, **how)
        reader = readers[every]
        start = process_time()
        events = [event for frame in frames for event in reader.push(frame)]
        pushed = process_time()
        events += reader.finish()
        finished = process_time()
        texts = [[event.kind, event.text, event.confidence] for event in events]
        seconds = frames[-1].time - frames[0].time
        print(json.dumps([pushed - start, finished - pushed, seconds, texts]), flush=True)

try:
    answer()
except EdgeLipError as error:
    sys.exit(str(error))
"""
"""What a build runs: for each line a clip and its mode, processor seconds and texts back."""
Read = tuple[float, float, float, list[Any]]
"""Processor seconds for all frames and after the last; seconds of video; kind, text, confidence."""


@contextmanager
def build(folder: Path, model: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that reads with the `edge_lip` in `folder`."""
    call = [sys.executable, "-c", BUILD, str(model)]
    path = {**os.environ, "PYTHONPATH": str(folder)}
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(call, cwd=folder, env=path, **pipes) as process:
        try:
            yield process
        finally:
            process.kill()


def ask(process: subprocess.Popen[str], clip: str, every: float) -> Read:
    """What one build makes of a clip; raises EdgeLipError where it can't be read."""
    assert process.stdin is not None and process.stdout is not None
    try:
        print(json.dumps([clip, every]), file=process.stdin, flush=True)
        push, finish, seconds, texts = json.loads(process.stdout.readline())
    except (BrokenPipeError, json.JSONDecodeError) as error:
        raise EdgeLipError(f"{clip} can't be read by one of the builds: see above") from error
    return push, finish, seconds, texts


def ratio(costs: np.ndarray) -> str:
    """Milliseconds before and after and their ratio, of (N, 2) seconds; and how far that of single
    ones is from it."""
    before, after = 1000 * costs.mean(axis=0)
    low, high = np.percentile(costs[:, 1] / costs[:, 0], (10, 90))
    return f"{before:7.2f} {after:7.2f}   {after / before:.2f} ({low:.2f} to {high:.2f})"


def main(arguments: Sequence[str] | None = None) -> None:
    """Read in turns, compare, print."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks against", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("clips", nargs="+", metavar="CLIPS")
    parser.add_argument("--before", type=Path, required=True, help="the other build's folder")
    parser.add_argument("--model", help="the one that comes with this build")
    parser.add_argument("--clips", dest="count", type=at_least_one, help="only the first so many")
    parser.add_argument("--rounds", type=at_least_one, default=3, help="the quickest counts")
    options = parser.parse_args(arguments)
    if not (options.before / "edge_lip" / "__init__.py").is_file():
        raise UsageError(f"--before {options.before} has no edge_lip: give the folder of a build")
    clips = [clip for given in options.clips for clip in expand(given)][: options.count]
    clips = [str(Path(clip).resolve()) if Path(clip).exists() else clip for clip in clips]
    folders = options.before.resolve(), Path(edge_lip.__file__).parents[1]
    model = find_model(options.model).resolve()
    # (mode, clip, build)
    frames, ends = np.zeros((2, len(MODES), len(clips), len(folders)))
    same = {"partial": [0, 0], "final": [0, 0]}
    apart = 0.0
    with ExitStack() as stack:
        builds = [stack.enter_context(build(folder, model)) for folder in folders]
        for k, clip in enumerate(clips):
            for m, every in enumerate(MODES.values()):
                rounds = [[ask(one, clip, every) for one in builds] for _ in range(options.rounds)]
                for b in range(len(builds)):
                    seconds = rounds[0][b][2]
                    frames[m, k, b] = min(sum(read[b][:2]) for read in rounds) / seconds
                    ends[m, k, b] = min(read[b][1] for read in rounds)
                for old, new in zip(*(read[3] for read in rounds[0]), strict=True):
                    tally = same["partial" if old[0] == "partial" else "final"]
                    tally[0] += old[:2] == new[:2]
                    tally[1] += 1
                    apart = max(apart, abs(old[2] - new[2]))
    print(f"{len(clips)} clips; milliseconds before, after, ratio (80 % of the clips)")
    for m, mode in enumerate(MODES):
        print(f"a second of video, {mode:22} {ratio(frames[m])}")
    print(f"{'the last frame to the text':42} {ratio(ends[0])}")
    for kind, (equal, all_) in same.items():
        print(f"{kind} texts the same: {equal} of {all_}")
    print(f"confidences at most {apart:.1e} apart")
