"""Is this build slower than the one whose ratios are committed? A gate before a release.

    python -m benchmarks gate [--tolerance 0.3] [--rounds 15] [--write]

Never compares times, but ratios within one run: what a stage of reading takes beside a kernel of
plain Python, NumPy and OpenCV that is no part of edge-lip; reading with partial texts beside
reading without; a start beside one that imports NumPy and OpenCV alone. All of it is processor
time, one after the other, again and again; the median counts. Ratios differ between kinds of
processors, so `benchmarks/results/gate.json` has some for each that was measured. `--write` puts
those of this build there: on the commit before, where there are none of this processor yet, or
where a build is slower for a reason. What is larger by more than the tolerance ends with 1.
"""

import argparse
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean, median
from time import process_time
from typing import Final

import numpy as np

from edge_lip import __version__
from edge_lip.errors import EdgeLipError
from edge_lip.measuring.clip import USUAL, recorded
from edge_lip.measuring.reading import Laps, read_clip
from edge_lip.measuring.start import start_once
from edge_lip.reading.opening import open_reader
from edge_lip.reading.reader import Reader
from edge_lip.runtime.machine import describe_machine
from edge_lip.system.files import replacing
from edge_lip.system.opencv import cv2

from .arguments import above_zero, at_least_one

RESULTS: Final = Path(__file__).parent / "results" / "gate.json"
PARTIALS: Final = 0.2
"""Seconds between two, as in every live run."""
STARTS: Final = 11
BARE: Final = "import time, numpy, cv2; print(time.process_time())"
ABOUT: Final = ("python", "interpreter")
"""Of the machine, told where it is another than when the ratios were written."""

Ratios = Mapping[str, float]


class Kernel:
    """A fixed piece of work of the kinds that reading is made of, done between two frames, so that
    whatever slows one of them slows both."""

    def __init__(self) -> None:
        rng = np.random.default_rng(0)
        self._picture = rng.integers(0, 256, (288, 360, 3), np.uint8)
        self._rows = rng.random((40, 60), np.float32)
        self._turn = np.array([[0.9, 0.1, 5.0], [-0.1, 0.9, 3.0]], np.float32)
        self.laps: list[float] = []
        """Seconds of processor time."""

    def __call__(self, *_: object) -> None:
        """Do it."""
        start = process_time()
        counts: dict[int, float] = {}
        for number in range(1000):
            counts[number % 97] = counts.get(number % 97, 0.0) + number * 0.5
        total = self._rows[0]
        for row in self._rows:
            total = np.logaddexp(total, row)
        grey = cv2.cvtColor(self._picture, cv2.COLOR_BGR2GRAY)
        cv2.warpAffine(grey, self._turn, (192, 192), flags=cv2.INTER_LINEAR)
        cv2.resize(self._picture, (192, 192), interpolation=cv2.INTER_AREA)
        self.laps.append(process_time() - start)


def measure(rounds: int) -> dict[str, float]:
    """The ratios of this build, medians of `rounds`."""
    found: dict[str, list[float]] = defaultdict(list)
    with (
        recorded(USUAL) as clip,
        open_reader() as plain,
        open_reader(partial_every=PARTIALS) as told,
    ):
        for reader in (plain, told):
            read_clip(reader, clip, process_time, Laps())
        for _ in range(rounds):
            without, kernel = _read(plain, clip)
            more, _ = _read(told, clip)
            for stage, times in without.stages.items():
                found[f"{stage} / kernel"].append(usual(times) / kernel)
            found["with partial texts / without"].append(_whole(more) / _whole(without))
        for _ in range(STARTS):
            bare, once, after = _bare_start(), start_once(clip, "", {}), _bare_start()
            found["first frame / bare start"].append(
                once["first_frame_cpu_s"] / fmean((bare, after))
            )
    return {name: round(median(values), 4) for name, values in found.items()}


def _whole(laps: Laps) -> float:
    """Seconds of a reading."""
    return sum(map(sum, laps.stages.values()))


def usual(times: Sequence[float]) -> float:
    """The mean of all but the longest tenth, which others made long."""
    return fmean(sorted(times)[: max(1, round(0.9 * len(times)))])


def _read(reader: Reader, clip: str) -> tuple[Laps, float]:
    """Laps of one reading, and what the kernel took between its frames."""
    kernel, laps = Kernel(), Laps()
    reader.observers.append(kernel)
    try:
        read_clip(reader, clip, process_time, laps)
    finally:
        reader.observers.remove(kernel)
    return laps, usual(kernel.laps)


def _bare_start() -> float:
    """Seconds of processor time until Python has NumPy and OpenCV."""
    call = [sys.executable, "-c", BARE]
    return float(subprocess.run(call, capture_output=True, text=True, check=True).stdout)


def judge(old: Ratios, new: Ratios, tolerance: float) -> tuple[list[str], bool]:
    """A line for each ratio, and whether none is larger by more than the tolerance. What only one
    of both has fails, too: it is not known whether that is slower."""
    lines, passed = [], True
    for name in {**old, **new}:
        if name not in old or name not in new:
            lines.append(f"{name:30} only {'now' if name in new else 'then'}: --write")
            passed = False
            continue
        change = new[name] / old[name] - 1
        slower = change > tolerance
        passed &= not slower
        told = f"{old[name]:10.4f} -> {new[name]:10.4f}  {change:+7.1%}"
        lines.append(f"{name:30} {told}" + ("  SLOWER" if slower else ""))
    return lines, passed


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and judge, or write; raises EdgeLipError with nothing to judge by."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks gate", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("--tolerance", type=above_zero, default=0.3, help="a part of the old ratio")
    parser.add_argument("--rounds", type=at_least_one, default=15)
    parser.add_argument("--write", action="store_true", help="make this build the one to judge by")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the file of ratios")
    options = parser.parse_args(arguments)
    table = _load(options.results)
    machine = describe_machine()
    processor = f"{machine['cpu']}, {machine['architecture']}"
    if processor not in table and not options.write:
        raise EdgeLipError(
            f"{options.results.name} has no ratios of {processor}: --write them on the commit "
            "before, then judge this one"
        )
    ratios = measure(options.rounds)
    about = {key: describe_machine()[key] for key in ABOUT}  # once an interpreter is loaded
    if options.write:
        table[processor] = {"edge_lip": __version__, **about, "ratios": ratios}
        with replacing(options.results) as temporary:
            temporary.write_text(json.dumps(table, indent=2) + "\n")
        print(*(f"{name:30} {value:10.4f}" for name, value in ratios.items()), sep="\n")
        return 0
    old = table[processor]
    for key, value in about.items():
        if old.get(key) != value:
            print(f"not the same: {key} was {old.get(key)}, is {value}")
    lines, passed = judge(old["ratios"], ratios, options.tolerance)
    print(*lines, sep="\n")
    print("passed" if passed else f"slower by more than {options.tolerance:.0%}: see above")
    return 0 if passed else 1


def _load(path: Path) -> dict:
    if not path.exists():
        return {}
    try:
        table: dict = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise EdgeLipError(f"can't read {path}: {error}") from error
    return table
