"""The depth plane: the shape of the mouth, whatever the distance to the camera."""

import numpy as np

from ..opencv import cv2
from .crop import CropGeometry, average, cut
from .pose import Pose

MIDDLE = 128
"""Value of the crop's median depth."""


def crop_depth(depth: np.ndarray, pose: Pose, geometry: CropGeometry) -> np.ndarray:
    """Cut the mouth at `pose` out of `depth` ((H, W) uint8 or uint16, 0 where not measured).

    Returns (height, width) uint8: `MIDDLE` plus depth minus the crop's median, in the camera's own
    unit, clipped. Pixels that were not measured take the depth of the nearest one that was; where
    none was, all are `MIDDLE`.
    """
    # Between a lip and a hole, or the wall behind, there is no depth to interpolate.
    filled = _filled(cut(depth, pose, geometry, cv2.INTER_NEAREST))
    plane = average(filled.astype(np.float32), geometry)
    return np.clip(np.rint(MIDDLE + plane - np.median(plane)), 0, 255).astype(np.uint8)


def _filled(depth: np.ndarray) -> np.ndarray:
    holes = depth == 0
    if not holes.any() or holes.all():
        return depth
    # The transform gives each measured pixel a number, and each hole that of the nearest.
    _, number = cv2.distanceTransformWithLabels(
        holes.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    values = np.zeros(number.max() + 1, depth.dtype)
    values[number[~holes]] = depth[~holes]
    return values[number]
