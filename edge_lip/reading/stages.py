"""Where the time goes."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
        self._inner = [0.0]

    @contextmanager
    def lap(self, stage: str) -> Iterator[None]:
        """Time what happens inside the `with` block; not recorded when it fails."""
        self._inner.append(0.0)
        start = self.clock()
        try:
            yield
        finally:
            whole = self.clock() - start
            inner = self._inner.pop()
            self._inner[-1] += whole
        self.laps[stage].append(whole - inner)

    def means(self, last: int = KEEP) -> dict[str, float]:
        """Seconds of the mean of each stage's `last` laps; any thread may ask."""
        recent = {stage: list(laps)[-last:] for stage, laps in list(self.laps.items())}
        return {stage: sum(laps) / len(laps) for stage, laps in recent.items() if laps}
