"""The lips' shape: where their points are, with the head's place, size and turn taken out."""

from typing import Final

import numpy as np

from ..mouth.pose import Pose

POINTS: Final = 40
"""Of the contours that trackers with landmarks give (see `Pose.lips`)."""
SIZE: Final = 2 * POINTS
"""Numbers of a shape."""


def lip_shape(pose: Pose) -> np.ndarray | None:
    """The lips of `pose` as (80,) float32: x and y of each point from the middle of the mouth,
    along and across the line of the eyes, in distances of the outer eye corners. None from trackers
    without landmarks.

    `pose` is the steady one of a crop: its place and size hardly move with the mouth.
    """
    return None if pose.lips is None else lip_shapes(pose.lips[None], _numbers(pose)[None])[0]


def lip_shapes(lips: np.ndarray, poses: np.ndarray) -> np.ndarray:
    """The same of many: `lips` (T, 40, 2) in picture pixels, `poses` (T, 4), x, y, scale and angle
    → (T, 80) float32."""
    x, y, scale, angle = poses.astype(np.float64).T
    cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
    across, down = lips[..., 0] - x[:, None], lips[..., 1] - y[:, None]
    turned = np.stack([across * cos + down * sin, down * cos - across * sin], axis=-1)
    shapes = turned / scale[:, None, None]
    return shapes.reshape(len(lips), -1).astype(np.float32)


def _numbers(pose: Pose) -> np.ndarray:
    return np.array([pose.x, pose.y, pose.scale, pose.angle], np.float32)
