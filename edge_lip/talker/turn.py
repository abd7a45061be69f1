"""A head turned aside: what is nearer moves further, and hides what is behind it."""

import numpy as np

from .head import TOP
from .plane import Plane

LEAST = -0.2
"""What is further behind the face moves no more than this, in eye distances."""


def side_view(head: Plane, yaw: float) -> np.ndarray:
    """The column of `head` that is seen at each place, (H, W) float32, when it is turned by `yaw`.

    Radians, towards the picture's right, about the upright line between the eyes. The columns of a
    row are met in the order in which the turn shows them: one that gets no further than those
    before it is hidden by them.
    """
    rows, columns = head.height.shape
    x = head.grid()[0][0]
    height = np.maximum(head.height, LEAST)
    height = height - height[round(-TOP * head.detail), columns // 2]
    if yaw < 0:
        height = height[:, ::-1]
    place = x * np.cos(yaw) + height * abs(np.sin(yaw))
    place = np.maximum.accumulate(place, axis=1) + 1e-6 * np.arange(columns)
    numbers = np.arange(columns)
    seen = np.array([np.interp(x, row, numbers) for row in place], np.float32)
    return seen if yaw >= 0 else columns - 1 - seen[:, ::-1]
