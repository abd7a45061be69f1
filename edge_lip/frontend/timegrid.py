"""Crops at any frame rate, onto the steady grid of the model's."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

SNAP = 0.05
"""Part of a grid period within which a crop counts as lying on the grid and passes untouched."""


@dataclass(frozen=True)
class Moment:
    """A crop and its time: as it was seen, or on the grid."""

    image: np.ndarray
    """(h, w) or (planes, h, w) uint8."""
    time: float
    """Seconds."""
    lips: np.ndarray | None = None
    """The lips' shape (see `edge_lip.frontend.lips`), where it is known and asked for."""


class Resampler:
    """Interpolate crops linearly in time onto the grid `start + k / fps`.

    The grid starts at the first crop, so a source at the model's own rate passes untouched.
    Short gaps (dropped frames, a face lost for a blink) are bridged like any other interval;
    after one longer than `max_gap` seconds the stream is `stale`: the next crop starts a new grid.
    """

    def __init__(self, fps: float, max_gap: float = 0.5) -> None:
        self._fps = fps
        self._max_gap = max_gap
        self.reset()

    def reset(self) -> None:
        """Forget everything: the next crop starts a new grid."""
        self._last: Moment | None = None
        self._start = 0.0
        self._index = 0

    def stale(self, time: float) -> bool:
        """Whether the last crop is too long before `time`, or after it, to be connected to it."""
        return self._last is not None and not 0 <= time - self._last.time <= self._max_gap

    def push(self, seen: Moment) -> list[Moment]:
        """Take the crop that was seen; give the moments of the grid that are now known."""
        if self.stale(seen.time):
            self.reset()
        last, self._last = self._last, seen
        if last is None:
            self._start, self._index = seen.time, 1
            return [seen]
        moments = []
        while (time := self._start + self._index / self._fps) <= seen.time + SNAP / self._fps:
            moments.append(self._between(last, seen, time))
            self._index += 1
        return moments

    def _between(self, before: Moment, after: Moment, time: float) -> Moment:
        if time > after.time - SNAP / self._fps:
            return replace(after, time=time)
        part = np.float32((time - before.time) / (after.time - before.time))
        first = before.image
        image = np.rint(first + part * (after.image.astype(np.float32) - first)).astype(np.uint8)
        if before.lips is None or after.lips is None:
            return Moment(image, time, after.lips)
        return Moment(image, time, before.lips + part * (after.lips - before.lips))


def on_grid(seen: Iterable[Moment], fps: float) -> Iterator[Moment]:
    """All moments of a clip on the grid, from the crops that were seen. Gaps in time are bridged,
    however long: a clip is one utterance."""
    resampler = Resampler(fps, max_gap=float("inf"))
    for crop in seen:
        yield from resampler.push(crop)
