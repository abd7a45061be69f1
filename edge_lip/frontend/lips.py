"""The shape of lips and jaw: where nine of their points are, with the head's place, size and turn
taken out."""

from typing import Final

import numpy as np

from ..mouth.pose import Pose
from ..mouth.trackers.landmarks import CHIN, LIPS

POINTS: Final = (78, 308, 13, 14, 311, 81, 402, 178, CHIN)
"""Of the face mesh: the inner lips' corners, middles and sides, and the chin. Nine, because where
these were is known of far more people than there are pictures of (see `training.data.points`)."""
SIZE: Final = 2 * len(POINTS)
"""Numbers of a shape."""
OPPOSITE: Final = np.array([1, 0, 2, 3, 5, 4, 7, 6, 8])
"""For each of `POINTS` the one on the other side of the face."""
_OF_LIPS = np.array([LIPS.tolist().index(point) for point in POINTS[:-1]])


def lip_shape(pose: Pose) -> np.ndarray | None:
    """Lips and chin of `pose` as (18,) float32: x and y of each of `POINTS` from the middle of the
    mouth, along and across the line of the eyes, in distances of the outer eye corners. None from
    trackers without landmarks.

    `pose` is the steady one of a crop: its place and size hardly move with the mouth.
    """
    if pose.lips is None or pose.chin is None:
        return None
    numbers = np.array([[pose.x, pose.y, pose.scale, pose.angle]], np.float32)
    return lip_shapes(points_of(pose.lips, pose.chin)[np.newaxis], numbers)[0]


def points_of(lips: np.ndarray, chin: np.ndarray) -> np.ndarray:
    """`POINTS` (..., 9, 2) of the lips (..., 40, 2) and the chin (..., 2) of poses."""
    return np.concatenate([lips.take(_OF_LIPS, axis=-2), chin[..., np.newaxis, :]], axis=-2)


def lip_shapes(points: np.ndarray, poses: np.ndarray) -> np.ndarray:
    """The same of many: `points` (T, 9, 2) in picture pixels, `poses` (T, 4), x, y, scale and angle
    → (T, 18) float32."""
    x, y, scale, angle = poses.astype(np.float64).T[..., np.newaxis]
    places = points.astype(np.float64, order="C").view(np.complex128)[..., 0]
    upright = np.cos(angle) - 1j * np.sin(angle)
    shapes: np.ndarray = (places - (x + 1j * y)) * upright / scale
    return shapes.view(np.float64).astype(np.float32)
