"""The mouth picture: cut at a pose, upright and of one size whatever the distance, then normalized.

Training and device call these same functions.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from ..opencv import cv2
from .pose import Pose

CLIP = 3.0
"""Normalized crops stay within plus or minus this many standard deviations."""
MAX_STEP = 1.5
"""Picture pixels per crop pixel up to which linear interpolation loses little; beyond 2 it skips
some altogether. On GRID a crop has 0.65; a face close to a 1080p camera has 3 and more."""


@dataclass(frozen=True)
class CropGeometry:
    """What part of the face a crop shows, in how many pixels."""

    width: int = 96
    height: int = 64
    span: float = 0.92
    """Crop width over the outer eye distance; at 0.92 a resting mouth fills about 60 % of it."""
    drop: float = 0.06
    """How far below the mouth's middle the crop is centred, over the outer eye distance."""
    depth: bool = False
    """With one more plane, from a depth camera."""
    colour: bool = False
    """Red, green and blue instead of grey."""

    def grown(self, margin: int) -> "CropGeometry":
        """The same scale and centre with `margin` more pixels on each side, for augmentation."""
        return replace(
            self,
            width=self.width + 2 * margin,
            height=self.height + 2 * margin,
            span=self.span * (self.width + 2 * margin) / self.width,
        )


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


def normalize(crops: np.ndarray) -> np.ndarray:
    """Remove brightness and contrast: every crop to mean 0 and deviation 1, clipped to ±`CLIP`.

    `crops`: (..., height, width), any real dtype; returns float32 of that shape. Each crop is
    normalized alone, so that the device needs no statistic of frames it has not seen.
    """
    crops = np.asarray(crops, np.float32)
    mean = crops.mean(axis=(-2, -1), keepdims=True)
    deviation = crops.std(axis=(-2, -1), keepdims=True)
    return np.clip((crops - mean) / np.maximum(deviation, 1.0), -CLIP, CLIP)
