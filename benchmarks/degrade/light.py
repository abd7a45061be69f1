"""More, less and other light. Light adds up and multiplies; the numbers in a picture don't."""

import numpy as np

from edge_lip.system.opencv import cv2

DARKEST = 0.25
"""Grey levels of a person in full backlight, over those without: as the rendered talker's."""


def to_light(levels: np.ndarray) -> np.ndarray:
    """Light, 0 to 1, of grey levels 0 to 255: IEC 61966-2-1 (sRGB)."""
    share = np.asarray(levels, np.float32) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def to_levels(light: np.ndarray) -> np.ndarray:
    """uint8 grey levels of light, which is cut off at 1: as an 8-bit camera stores it."""
    light = np.clip(light, 0, 1)
    share = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.rint(255 * share).astype(np.uint8)


LIGHT = to_light(np.arange(256))


def exposed(image: np.ndarray, factor: float) -> np.ndarray:
    """`image` (uint8) with `factor` times the light."""
    return cv2.LUT(image, to_levels(factor * LIGHT))


def backlit(image: np.ndarray, person: np.ndarray, amount: float) -> np.ndarray:
    """`image` ((H, W, 3) uint8) with light from behind, `amount` from 0 to 1.

    `person`: (H, W) float32, 1 where the person is, 0 where what is behind them. That goes towards
    white, and the person towards `DARKEST`, as the camera exposes for the window.
    """
    behind = LIGHT[image] + amount * (1 - LIGHT[image])
    before = to_light(image * np.float32(1 - amount * (1 - DARKEST)))
    return to_levels(behind + person[..., np.newaxis] * (before - behind))


def person_mask(points: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """(H, W) float32: about where the person is whose face has these `points` ((468, 2 or 3)).

    Landmarks know nothing of hair and shoulders: the head is the face's outline made larger, and
    the body a trapezium below it; the edge is soft. `size`: width and height.
    """
    flat = points[:, :2]
    low, high = flat.min(axis=0), flat.max(axis=0)
    middle, (width, height) = (low + high) / 2, high - low
    mask = np.zeros(size[::-1], np.float32)
    head = middle - (0, 0.12 * height)
    axes = 0.68 * width, 0.75 * height
    cv2.ellipse(mask, (tuple(map(float, head)), (2 * axes[0], 2 * axes[1]), 0.0), 1, -1)
    neck, shoulder = 0.4 * width, 1.5 * width
    top, slope, bottom = middle[1], high[1] + 0.25 * height, high[1] + 10 * height
    body = [
        (middle[0] - neck, top),
        (middle[0] + neck, top),
        (middle[0] + neck, slope - 0.2 * height),
        (middle[0] + shoulder, slope + 0.25 * height),
        (middle[0] + shoulder, bottom),
        (middle[0] - shoulder, bottom),
        (middle[0] - shoulder, slope + 0.25 * height),
        (middle[0] - neck, slope - 0.2 * height),
    ]
    cv2.fillPoly(mask, [np.rint(body).astype(np.int32)], 1)
    return cv2.GaussianBlur(mask, (0, 0), 0.04 * float(width))
