"""The mouth picture: cut at a pose, upright and of one size whatever the distance.

Training and device call these same functions.
"""

import math

import numpy as np

from ..system.opencv import cv2
from .geometry import CropGeometry
from .pose import Pose

MAX_STEP = 1.5
"""Picture pixels per crop pixel up to which linear interpolation loses little; beyond 2 it skips
some altogether. On GRID a crop has 0.65; a face close to a 1080p camera has 3 and more."""
MIDDLE_DEPTH = 128
"""Value of the crop's median depth."""


def crop_mouth(image: np.ndarray, pose: Pose, geometry: CropGeometry) -> np.ndarray:
    """Cut the mouth at `pose` out of `image` ((H, W, 3) BGR or (H, W) grey, uint8).

    Returns (height, width) uint8, grey, or (3, height, width), red, green and blue; what lies
    outside the picture repeats its border.
    """
    fine = cut(image, pose, geometry, cv2.INTER_LINEAR)
    if geometry.colour:
        code = cv2.COLOR_GRAY2RGB if fine.ndim == 2 else cv2.COLOR_BGR2RGB
        return np.ascontiguousarray(np.moveaxis(average(cv2.cvtColor(fine, code), geometry), -1, 0))
    # The grey conversion of a small crop is cheaper than that of a whole picture.
    return average(fine if fine.ndim == 2 else cv2.cvtColor(fine, cv2.COLOR_BGR2GRAY), geometry)


def cut(image: np.ndarray, pose: Pose, geometry: CropGeometry, interpolation: int) -> np.ndarray:
    """What of `image` is in the crop at `pose`: (height, width) or a whole multiple of it.

    A multiple where a crop pixel is more than `MAX_STEP` picture pixels: then it has about the
    picture's own resolution and is to be brought to size by `average`.
    """
    step = pose.scale * geometry.span / geometry.width
    parts = math.ceil(step) if step > MAX_STEP else 1
    width, height = geometry.width * parts, geometry.height * parts
    crop_to_picture = _crop_to_picture(pose, geometry, width, height)
    return cv2.warpAffine(
        image,
        crop_to_picture,
        (width, height),
        flags=interpolation | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )


def _crop_to_picture(pose: Pose, geometry: CropGeometry, width: int, height: int) -> np.ndarray:
    """The affine map (2, 3) from a crop of `width` by `height` pixels to its picture."""
    step = pose.scale * geometry.span / width
    cos, sin = np.cos(pose.angle) * step, np.sin(pose.angle) * step
    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    below = geometry.drop * width / geometry.span
    return np.array(
        [
            [cos, -sin, pose.x - cos * middle_x + sin * (middle_y - below)],
            [sin, cos, pose.y - sin * middle_x - cos * (middle_y - below)],
        ]
    )


def outline(pose: Pose, geometry: CropGeometry) -> np.ndarray:
    """The corners of the crop at `pose` in its picture: (4, 2) float64, pixels, clockwise from the
    upper left."""
    width, height = geometry.width, geometry.height
    # A pixel's place is its middle: a crop begins half a pixel before the first.
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)]) - 0.5
    to_picture = _crop_to_picture(pose, geometry, width, height)
    placed: np.ndarray = corners @ to_picture[:, :2].T + to_picture[:, 2]
    return placed


def visible(crop: np.ndarray) -> np.ndarray:
    """What a person sees of a crop (see `Crop.image`): (height, width) grey or (height, width, 3)
    BGR, uint8. Depth is left out."""
    if crop.ndim == 2 or len(crop) == 2:
        return crop if crop.ndim == 2 else crop[0]
    return np.ascontiguousarray(np.moveaxis(crop[2::-1], 0, -1))


def average(fine: np.ndarray, geometry: CropGeometry) -> np.ndarray:
    """Of each block of pixels, where `cut` gave a multiple of the crop's size."""
    if fine.shape[:2] == (geometry.height, geometry.width):
        return fine
    return cv2.resize(fine, (geometry.width, geometry.height), interpolation=cv2.INTER_AREA)


def crop_depth(depth: np.ndarray, pose: Pose, geometry: CropGeometry) -> np.ndarray:
    """Cut the mouth at `pose` out of `depth` ((H, W) uint8 or uint16, 0 where not measured).

    Returns (height, width) uint8: `MIDDLE_DEPTH` plus depth minus the crop's median, in the
    camera's own unit, clipped. Pixels that were not measured take the depth of the nearest one that
    was; where none was, all are `MIDDLE_DEPTH`.
    """
    # Between a lip and a hole, or the wall behind, there is no depth to interpolate.
    filled = _filled(cut(depth, pose, geometry, cv2.INTER_NEAREST))
    plane = average(filled.astype(np.float32), geometry)
    return np.clip(np.rint(MIDDLE_DEPTH + plane - np.median(plane)), 0, 255).astype(np.uint8)


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
