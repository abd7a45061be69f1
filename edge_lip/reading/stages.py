"""Where the time goes."""

from collections import defaultdict, deque
from collections.abc import Callable
from functools import partial
from time import perf_counter

STAGES = {
    "read": "per frame: decoding the video",
    "face": "per frame: finding the face and its landmarks",
    "crop": "per frame: smoothing, cutting the mouth, resampling in time",
    "encode": "per crop: normalizing, stacking, the network's first half",
    "decode": "per utterance: the network's second half",
    "text": "per utterance: from its output to words",
}
"""What is inside the stopwatch of each stage, in the order of the data."""
PER_FRAME = tuple(
    stage for stage, inside in STAGES.items() if not inside.startswith("per utterance")
)
"""Stages that have a lap for each frame; the others have one for each text."""
KEEP = 1000


class Stopwatch:
    """Laps by stage, in seconds. A lap inside a lap counts for the inner one alone."""

    def __init__(self, keep: int = KEEP) -> None:
        """Keep the last `keep` laps of each stage: a reader may run for weeks."""
        self.clock: Callable[[], float] = perf_counter
        """Gives seconds."""
        self.laps: dict[str, deque[float]] = defaultdict(partial(deque, maxlen=keep))
        self.inner = [0.0]
        """Of each lap that goes on, and of none: the laps inside it so far."""

    def lap(self, stage: str) -> "Lap":
        """Time what happens inside the `with` block; not recorded when it fails."""
        return Lap(self, stage)

    def means(self, last: int = KEEP) -> dict[str, float]:
        """Seconds of the mean of each stage's `last` laps; any thread may ask."""
        recent = {stage: list(laps)[-last:] for stage, laps in list(self.laps.items())}
        return {stage: sum(laps) / len(laps) for stage, laps in recent.items() if laps}


class Lap:
    """One that goes on."""

    __slots__ = ("_stage", "_start", "_stopwatch")

    def __init__(self, stopwatch: Stopwatch, stage: str) -> None:
        self._stopwatch, self._stage = stopwatch, stage

    def __enter__(self) -> None:
        self._stopwatch.inner.append(0.0)
        self._start = self._stopwatch.clock()

    def __exit__(self, kind: object, *_: object) -> None:
        stopwatch = self._stopwatch
        whole = stopwatch.clock() - self._start
        inner = stopwatch.inner.pop()
        stopwatch.inner[-1] += whole
        if kind is None:
            stopwatch.laps[self._stage].append(whole - inner)
