"""Crops at any frame rate, onto the steady grid of the model's."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

SNAP = 0.05
"""Part of a grid period within which a crop counts as lying on the grid and passes untouched."""


@dataclass(frozen=True)
class Moment:
    """A crop on the grid."""

    image: np.ndarray
    """(h, w) or (planes, h, w) uint8."""
    time: float
    """Seconds."""


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
        self._last: tuple[np.ndarray, float] | None = None
        self._start = 0.0
        self._index = 0

    def stale(self, time: float) -> bool:
        """Whether the last crop is too long before `time`, or after it, to be connected to it."""
        return self._last is not None and not 0 <= time - self._last[1] <= self._max_gap

    def push(self, image: np.ndarray, time: float) -> list[Moment]:
        """Take the crop seen at `time`; give the samples that are now known.

        `image`: (h, w) or (planes, h, w) uint8.
        """
        if self.stale(time):
            self.reset()
        last, self._last = self._last, (image, time)
        if last is None:
            self._start, self._index = time, 1
            return [Moment(image, time)]
        samples = []
        while (moment := self._start + self._index / self._fps) <= time + SNAP / self._fps:
            samples.append(Moment(self._between(*last, image, time, moment), moment))
            self._index += 1
        return samples

    def _between(
        self, before: np.ndarray, start: float, after: np.ndarray, end: float, moment: float
    ) -> np.ndarray:
        if moment > end - SNAP / self._fps:
            return after
        part = np.float32((moment - start) / (end - start))
        return np.rint(before + part * (after.astype(np.float32) - before)).astype(np.uint8)


def on_grid(crops: Iterable[tuple[np.ndarray, float]], fps: float) -> Iterator[Moment]:
    """All samples of a clip, from the crops that it has at these seconds. Gaps in time are bridged,
    however long: a clip is one utterance."""
    resampler = Resampler(fps, max_gap=float("inf"))
    for image, time in crops:
        yield from resampler.push(image, time)
