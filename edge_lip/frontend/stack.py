"""A crop and its neighbours in time, as the encoder sees them."""

from collections import deque

import numpy as np


def neighbours(count: int, frames: int, ahead: int) -> np.ndarray:
    """(count, frames) int32: which crops are in the stack of each of `count` crops, oldest first.

    At an utterance's edges the first and the last crop stand in for missing neighbours; `Stacker`
    does so one crop at a time.
    """
    near = np.arange(count)[:, None] + np.arange(ahead + 1 - frames, ahead + 1)
    return near.clip(0, count - 1).astype(np.int32)


class Stacker:
    """Build one stack per crop as soon as the crops ahead of it are there.

    At the edges of an utterance the first and the last crop stand in for missing neighbours,
    as in training.
    """

    def __init__(self, frames: int = 5, ahead: int = 2):
        """Stack `frames` crops, of which `ahead` come after the one the stack is about."""
        self._ahead = ahead
        self._window: deque[np.ndarray] = deque(maxlen=frames)
        self._pending = 0

    def push(self, crop: np.ndarray) -> list[np.ndarray]:
        """Take a normalized crop, float32; give the stacks (h, w, frames * planes).

        `crop`: (h, w), or (planes, h, w). A stack has its oldest frame first, and within a frame
        the planes in their order.
        """
        crop = crop[..., None] if crop.ndim == 2 else np.moveaxis(crop, 0, -1)
        if not self._window:
            self._window.extend([crop] * (self._window.maxlen or 0))
        self._window.append(crop)
        self._pending += 1
        if self._pending <= self._ahead:
            return []
        self._pending -= 1
        return [np.concatenate(self._window, axis=-1)]

    def finish(self) -> list[np.ndarray]:
        """Give the stacks of the crops that still wait, the last crop repeated; then start anew."""
        stacks = []
        for missing in range(self._ahead if self._pending else 0):
            self._window.append(self._window[-1])
            if missing >= self._ahead - self._pending:
                stacks.append(np.concatenate(self._window, axis=-1))
        self._window.clear()
        self._pending = 0
        return stacks
