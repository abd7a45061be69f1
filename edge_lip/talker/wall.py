"""What is behind a person."""

import functools

import numpy as np

from ..system.opencv import cv2
from .person import Person


@functools.lru_cache(maxsize=8)
def wall(person: Person, size: tuple[int, int]) -> np.ndarray:
    """(H, W, 3) uint8: what is behind the person, out of focus."""
    rng = np.random.default_rng(person.texture + 1)
    width, height = size
    picture: np.ndarray = np.full((height, width, 3), person.wall, np.float32)
    picture *= np.linspace(rng.uniform(0.75, 1.0), rng.uniform(0.75, 1.0), width)[None, :, None]
    picture *= np.linspace(1.05, 0.85, height)[:, None, None]
    for _ in range(rng.integers(0, 4)):
        x, y, wide, high = rng.uniform(0, 1, 4) * (width, height, width * 0.4, height * 0.6)
        corner, other = (int(x), int(y)), (int(x + wide), int(y + high))
        cv2.rectangle(picture, corner, other, rng.uniform(0.2, 0.9, 3).tolist(), -1)
    picture = cv2.GaussianBlur(picture, (0, 0), 0.012 * height)
    return np.clip(255 * picture, 0, 255).astype(np.uint8)
