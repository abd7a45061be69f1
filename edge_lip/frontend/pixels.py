"""How a crop's pixels become the numbers a network takes.

Models of this project take normalized crops. Those of others take what they were trained on; their
manifests say which of these it is, and calibration and device call the same functions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from ..errors import ModelError

CLIP = 3.0
"""Normalized crops stay within plus or minus this many standard deviations."""


@dataclass(frozen=True)
class Pixels:
    """One way; `low` and `high` are the least and greatest number it gives."""

    low: float
    high: float
    convert: Callable[[np.ndarray], np.ndarray]
    """(..., height, width) uint8 → float32 of that shape."""


def normalize(crops: np.ndarray) -> np.ndarray:
    """Remove brightness and contrast: every crop to mean 0 and deviation 1, clipped to ±`CLIP`.

    `crops`: (..., height, width), any real dtype; returns float32 of that shape. Each crop is
    normalized alone, so that the device needs no statistic of frames it has not seen.
    """
    crops = np.asarray(crops, np.float32)
    rest = crops - crops.mean(axis=(-2, -1), keepdims=True)
    # As `crops.std` has it, whose first half is done.
    deviation = np.sqrt((rest * rest).mean(axis=(-2, -1), keepdims=True))
    rest /= np.maximum(deviation, 1.0)
    return np.clip(rest, -CLIP, CLIP, out=rest)


def _spread(low: float, high: float) -> Pixels:
    """Black is `low`, white is `high`."""
    step = np.float32((high - low) / 255)

    def convert(crops: np.ndarray) -> np.ndarray:
        return np.asarray(crops, np.float32) * step + np.float32(low)

    return Pixels(low, high, convert)


PIXELS: Final = {
    "crop": Pixels(-CLIP, CLIP, normalize),
    "0..1": _spread(0, 1),
    "-1..1": _spread(-1, 1),
    "0..255": _spread(0, 255),
}


def pixels(name: str) -> Pixels:
    """The way called `name`; raises ModelError when there is none."""
    if name not in PIXELS:
        raise ModelError(f"there are no pixels '{name}'; there are: {', '.join(PIXELS)}")
    return PIXELS[name]
