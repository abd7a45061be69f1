"""A face's surroundings, small and grey: what flow is computed in."""

from dataclasses import dataclass

import numpy as np

from ...system.opencv import cv2
from ..pose import Pose

DOWN, REACH = 0.42, 1.25
"""Of the window's middle below the eyes, and of its edges from there, over the eye distance: brows,
chin, and room to move."""
WINDOW = (13, 13)
"""Pixels around a point that are compared. Where the eyes are 30 pixels apart it is nearly half of
that: less shows too little of a lip to follow it, more mixes it with the chin."""
STOP = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 8, 0.03)
"""Iterations, or pixels of the last one."""
CORNER = 0.01
"""How much worse than the best corner another may be."""


@dataclass(frozen=True)
class View:
    """A window of a picture, shrunk by a whole number, which is many times faster than by others.

    It stays where it is in the picture. Its points are (N, 1, 2) float32, in its own pixels.
    """

    left: int
    top: int
    right: int
    bottom: int
    shrink: int

    @staticmethod
    def around(pose: Pose, image: np.ndarray, eye_distance: float) -> "View | None":
        """The window around the face at `pose` in which its eyes are about `eye_distance` apart.

        None where next to nothing of it is in the picture.
        """
        shrink = max(1, round(pose.scale / eye_distance))
        down = DOWN * pose.scale
        x, y = pose.eyes[0] - down * np.sin(pose.angle), pose.eyes[1] + down * np.cos(pose.angle)
        reach = REACH * pose.scale
        height, width = image.shape[:2]
        left, top = max(0, int(x - reach)), max(0, int(y - reach))
        columns = (min(width, int(x + reach)) - left) // shrink
        rows = (min(height, int(y + reach)) - top) // shrink
        if columns < WINDOW[0] or rows < WINDOW[1]:
            return None
        return View(left, top, left + columns * shrink, top + rows * shrink, shrink)

    def cut(self, image: np.ndarray) -> np.ndarray:
        """(h, w) uint8 of `image` ((H, W, 3) uint8 BGR)."""
        grey = cv2.cvtColor(
            image[self.top : self.bottom, self.left : self.right], cv2.COLOR_BGR2GRAY
        )
        size = (grey.shape[1] // self.shrink, grey.shape[0] // self.shrink)
        return cv2.resize(grey, size, interpolation=cv2.INTER_AREA)

    def inside(self, points: np.ndarray) -> np.ndarray:
        """Picture `points`, (N, 2), as the view's."""
        corner = (self.left - 0.5, self.top - 0.5)
        inside = (points - corner) / self.shrink - 0.5
        return np.ascontiguousarray(inside, np.float32).reshape(-1, 1, 2)

    def outside(self, points: np.ndarray) -> np.ndarray:
        """The view's `points` as those of the picture, (N, 2) float32."""
        corner = np.array((self.left - 0.5, self.top - 0.5), np.float32)
        return (points[:, 0] + np.float32(0.5)) * np.float32(self.shrink) + corner


def corners(small: np.ndarray, outline: np.ndarray, count: int, apart: float) -> np.ndarray:
    """Up to `count` points inside `outline` that can be found again; at least `apart` pixels."""
    mask = np.zeros_like(small)
    cv2.fillConvexPoly(mask, np.rint(outline).astype(np.int32), 255)
    found = cv2.goodFeaturesToTrack(small, count, CORNER, apart, mask=mask)
    return np.empty((0, 1, 2), np.float32) if found is None else found


def flow(
    before: np.ndarray, after: np.ndarray, points: np.ndarray, guess: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Where the `points` of `before` are in `after`, sought from `guess` on, which is overwritten.

    Also by how much their surroundings differ, (N,) grey levels; infinite where they were lost.
    """
    moved, found, difference = cv2.calcOpticalFlowPyrLK(
        before,
        after,
        points,
        guess,
        winSize=WINDOW,
        maxLevel=0,
        criteria=STOP,
        flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
    )
    return moved, np.where(found == 1, difference, np.inf)[:, 0]
