"""A head turned aside: every point of the face moves across the picture as its depth wants.

The depth is that of the landmark model's mesh. What the head hides from the camera comes into no
picture, and what it would hide when turned is covered only by the nearer parts of the face itself.
"""

from dataclasses import dataclass

import numpy as np

from edge_lip.mouth.trackers.landmarks import LEFT_EYE, RIGHT_EYE, RIGID
from edge_lip.system.opencv import cv2

REACH = 2.0
"""Half a relief's side, in eye distances: well beyond the head."""
DETAIL = 24
"""Its points per eye distance."""
FADE = 0.9
"""Eye distances around the face over which the background comes to rest."""
SMOOTH = 0.05
"""Eye distances within which the mesh's points are blended."""


@dataclass(frozen=True)
class Relief:
    """The shape of a head on a square grid around the middle of the eyes; lengths in eye
    distances."""

    height: np.ndarray
    """(N, N) float32: towards the camera, from the face's mean."""
    part: np.ndarray
    """(N, N) float32: 1 on the face, 0 in the background, between them in between."""


def relief(faces: np.ndarray) -> Relief:
    """The relief of the head whose mesh is `faces` ((T, 468, 3), pixels) in the frames of a clip:
    of their median, because a head keeps its shape."""
    middles, scales = _places(faces)
    inside = (faces[..., :2] - middles[:, np.newaxis]) / scales[:, np.newaxis, np.newaxis]
    flat = np.median(inside, axis=0)
    heights = np.median(-faces[..., 2] / scales[:, np.newaxis], axis=0)
    heights -= heights.mean()
    side = round(2 * REACH * DETAIL)
    ticks = ((np.arange(side) + 0.5) / DETAIL - REACH).astype(np.float32)
    square = (ticks[:, np.newaxis] - flat[:, 1]) ** 2, (ticks[:, np.newaxis] - flat[:, 0]) ** 2
    # Inverse distance weighting (Shepard, 1968): through the points, and level far from them.
    weights = (square[0][:, np.newaxis] + square[1][np.newaxis] + SMOOTH**2) ** -2
    height = (weights @ heights) / weights.sum(axis=-1)
    outline = cv2.convexHull(np.rint((flat + REACH) * DETAIL).astype(np.int32))
    outside = cv2.fillConvexPoly(np.ones((side, side), np.uint8), outline, 0)
    beyond = cv2.distanceTransform(outside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE) / DETAIL / FADE
    part = 0.5 + 0.5 * np.cos(np.pi * np.minimum(beyond, 1))
    return Relief(height.astype(np.float32), part.astype(np.float32))


def turned(images: list[np.ndarray], faces: np.ndarray, degrees: float) -> list[np.ndarray]:
    """The pictures `images` ((H, W, 3) uint8 each) with the head turned by `degrees`, about the
    vertical, positive towards the picture's right; `faces` is their mesh (T, 468, 3)."""
    shape = relief(faces)
    places = zip(images, *_places(faces), strict=True)
    return [_turn(image, shape, middle, scale, degrees) for image, middle, scale in places]


def _places(faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Middle between the eyes (T, 2), and the eyes' distance (T,)."""
    across = faces[:, LEFT_EYE, :2] - faces[:, RIGHT_EYE, :2]
    return faces[:, RIGID, :2].mean(axis=1), np.hypot(*across.T)


def _turn(
    image: np.ndarray, shape: Relief, middle: np.ndarray, scale: float, degrees: float
) -> np.ndarray:
    height, width = image.shape[:2]
    step = scale / DETAIL
    corner = middle - REACH * scale + (step - 1) / 2
    matrix = np.array([[step, 0, corner[0]], [0, step, corner[1]]])
    above, part = (
        cv2.warpAffine(plane, matrix, (width, height)) for plane in (shape.height, shape.part)
    )
    columns = np.arange(width, dtype=np.float32)
    sin, cos = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    goes = columns + part * ((columns - middle[0]) * (cos - 1) + scale * above * sin)
    x = _came_from(goes, from_left=degrees > 0)
    y = np.repeat(np.arange(height, dtype=np.float32)[:, np.newaxis], width, axis=1)
    return cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _came_from(goes: np.ndarray, from_left: bool) -> np.ndarray:
    """Which column each pixel (H, W) shows, given the column that each goes to.

    Where two go to the same, the nearer is seen: the one that a walk in the direction of the turn
    meets first.
    """
    if not from_left:
        last = goes.shape[1] - 1
        return last - _came_from(last - goes[:, ::-1], from_left=True)[:, ::-1]
    columns = np.arange(goes.shape[1], dtype=np.float32)
    seen = np.maximum.accumulate(goes, axis=1) + 1e-4 * columns
    rows = [np.interp(columns, row, columns) for row in seen]
    return np.stack(rows).astype(np.float32)
