"""Variations of a sample that leave its words alone."""

import numpy as np

from edge_lip.frontend.lips import OPPOSITE
from edge_lip.frontend.pixels import CLIP, normalize
from edge_lip.frontend.timegrid import Moment, Resampler
from edge_lip.system.opencv import cv2

from ..recipes.recipe import AugmentSection


def warp_time(rng: np.random.Generator, frames: int, largest: float) -> int:
    """How many frames `frames` become at a random speed, log-uniform within `largest` both ways."""
    return max(1, round(frames * np.exp(rng.uniform(-1, 1) * np.log(largest))))


def vary_pictures(
    rng: np.random.Generator,
    crops: np.ndarray,
    height: int,
    width: int,
    how: AugmentSection,
    mirror: bool = False,
) -> np.ndarray:
    """Cut, move, turn, mirror and spoil crops, the same way throughout a sample.

    `crops`: (T, [2,] H, W) uint8 with a margin, the second plane depth; returns
    (T, [2,] height, width) float32, normalized.
    """
    scale = np.exp(rng.uniform(-how.scale, how.scale, 2))
    turn = np.deg2rad(rng.uniform(-how.turn, how.turn))
    shift = rng.uniform(-how.shift, how.shift, 2)
    linear = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) * scale
    if mirror:
        linear[:, 0] *= -1
    inner = np.array([width - 1, height - 1]) / 2
    outer = np.array([crops.shape[-1] - 1, crops.shape[-2] - 1]) / 2
    curve = np.exp(rng.uniform(-1, 1) * np.log(how.gamma))
    table = (255 * (np.arange(256) / 255) ** curve).astype(np.uint8)
    bent = _bend(rng, height, width, how.warp) @ linear.T if how.warp else None
    places = None if bent is None else np.moveaxis(bent, -1, 0).astype(np.float32)
    light = _light(rng, height, width, how.light) if how.light else None
    blur = rng.random() < 0.2
    planes = crops.reshape(len(crops), -1, *crops.shape[-2:])
    out = np.empty((*planes.shape[:2], height, width), np.uint8)
    for crop, target in zip(planes, out, strict=True):
        # A tracker is never quite still.
        offset = outer + shift + rng.normal(0, 0.3, 2) - linear @ inner
        matrix = np.column_stack([linear, offset])
        for plane, picture in zip(crop, target, strict=True):
            _cut(plane, matrix, places, picture)
            if blur:
                cv2.GaussianBlur(picture, (0, 0), 1.0, dst=picture)
        cv2.LUT(target[0], table, dst=target[0])  # light changes the grey plane, not the depth
        if light is not None:
            cv2.multiply(target[0], light, dst=target[0], dtype=cv2.CV_8U)
    normal = normalize(out.reshape(*crops.shape[:-2], height, width))
    normal += rng.normal(0, rng.uniform(0, how.noise), normal.shape[1:]).astype(np.float32)
    if rng.random() < how.erase:
        h, w = rng.integers(4, height // 3), rng.integers(4, width // 3)
        y, x = rng.integers(0, height - h), rng.integers(0, width - w)
        normal[..., y : y + h, x : x + w] = 0
    return np.clip(normal, -CLIP, CLIP)


def _cut(plane: np.ndarray, matrix: np.ndarray, places: np.ndarray | None, out: np.ndarray) -> None:
    """Fill `out` (height, width) with what the affine `matrix` (2, 3) finds of it in `plane`; with
    `places` (2, height, width) float32, what is there, moved as `matrix` moves."""
    size = out.shape[::-1]
    if places is None:
        flags, border = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, cv2.BORDER_REPLICATE
        cv2.warpAffine(plane, matrix, size, out, flags, borderMode=border)
        return
    x, y = (place + np.float32(offset) for place, offset in zip(places, matrix[:, 2], strict=True))
    cv2.remap(plane, x, y, cv2.INTER_LINEAR, out, borderMode=cv2.BORDER_REPLICATE)


def _bend(rng: np.random.Generator, height: int, width: int, most: float) -> np.ndarray:
    """(height, width, 2): each place x, y of a crop, moved by up to about `most` pixels, smoothly:
    a mouth of another shape."""
    coarse = rng.normal(0, most / 2, (3, 4, 2)).astype(np.float32)
    moved = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    rows, columns = np.mgrid[:height, :width]
    return moved + np.stack([columns, rows], axis=-1)


def _light(rng: np.random.Generator, height: int, width: int, most: float) -> np.ndarray:
    """(height, width) float32: how bright each place is, brighter towards one side."""
    slope = rng.uniform(-most, most, 2)
    down, across = np.linspace(-1, 1, height)[:, None], np.linspace(-1, 1, width)
    return np.exp(slope[0] * down + slope[1] * across).astype(np.float32)


def vary_lips(
    rng: np.random.Generator, shapes: np.ndarray, how: AugmentSection, mirror: bool = False
) -> np.ndarray:
    """Shapes of lips (T, 18) float32, larger or smaller, wider or narrower, turned and mirrored,
    the same way throughout, with noise in every point. Returns the same."""
    scale = np.exp(rng.uniform(-how.lips, how.lips, 2))
    turn = np.deg2rad(rng.uniform(-how.turn, how.turn))
    linear = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) * scale
    shift = rng.normal(0, 0.02, 2)
    points = shapes.reshape(len(shapes), -1, 2)
    if mirror:
        points = points[:, OPPOSITE] * (-1, 1)
    varied = points @ linear.T + shift + rng.normal(0, rng.uniform(0, 0.01), points.shape)
    return varied.reshape(shapes.shape).astype(np.float32)


def hold_frames(rng: np.random.Generator, positions: np.ndarray, how: AugmentSection) -> np.ndarray:
    """Let a few frames stand still, as a camera that stutters. `positions`: (T, ...)."""
    if len(positions) > 8 and rng.random() < how.hold:
        positions = positions.copy()
        for _ in range(rng.integers(1, 4)):
            length = int(rng.integers(1, 3))
            start = int(rng.integers(1, len(positions) - length))
            positions[start : start + length] = positions[start - 1]
    return positions


def retake(rng: np.random.Generator, frames: np.ndarray, how: AugmentSection) -> np.ndarray:
    """Frames (T, ...) as they would be had a camera of another rate taken them: what it shows at
    each of its moments is the nearest of them, and the device's resampler makes T of it again."""
    if not how.retake or rng.random() >= how.retake:  # where there are none, none are drawn
        return frames
    step = np.exp(rng.uniform(-1, 1) * np.log(how.rate))
    resampler, retaken = Resampler(1.0, max_gap=float("inf")), []
    for moment in np.arange(0, len(frames) - 1 + step, step):
        nearest = min(round(moment), len(frames) - 1)
        retaken += [one.image for one in resampler.push(Moment(frames[nearest], moment))]
    return np.stack(retaken[: len(frames)])
