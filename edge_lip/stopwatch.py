"""Where the time goes."""

from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from time import perf_counter


class Stopwatch:
    """Laps by stage, in seconds. A lap inside a lap counts for the inner one alone."""

    def __init__(self, keep: int = 1000) -> None:
        """Keep the last `keep` laps of each stage: a reader may run for weeks."""
        self.laps: dict[str, deque[float]] = defaultdict(partial(deque, maxlen=keep))
        self._inner = [0.0]

    @contextmanager
    def lap(self, stage: str) -> Iterator[None]:
        """Time what happens inside the `with` block; not recorded when it fails."""
        self._inner.append(0.0)
        start = perf_counter()
        try:
            yield
        finally:
            whole = perf_counter() - start
            inner = self._inner.pop()
            self._inner[-1] += whole
        self.laps[stage].append(whole - inner)
