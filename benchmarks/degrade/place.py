"""A head farther away, or leaning: the whole picture shrunk or turned about the face."""

import numpy as np

from edge_lip.system.opencv import cv2


def shrunk(image: np.ndarray, middle: np.ndarray, scale: float) -> np.ndarray:
    """`image` at `scale` (below 1) around `middle` ((2,), pixels), in a picture of the same size.

    What was outside the picture repeats its border.
    """
    height, width = image.shape[:2]
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    left, top = np.rint(np.asarray(middle) * (1 - scale)).astype(int)
    right, bottom = width - small.shape[1] - left, height - small.shape[0] - top
    return cv2.copyMakeBorder(small, top, bottom, left, right, cv2.BORDER_REPLICATE)


def rolled(image: np.ndarray, middle: np.ndarray, degrees: float) -> np.ndarray:
    """`image` turned clockwise about `middle` ((2,), pixels); outside it, its border repeats."""
    matrix = cv2.getRotationMatrix2D(tuple(map(float, middle)), -degrees, 1)
    size = image.shape[1::-1]
    return cv2.warpAffine(image, matrix, size, borderMode=cv2.BORDER_REPLICATE)
