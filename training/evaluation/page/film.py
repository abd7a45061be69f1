"""The mouth crops of a clip as one picture, to be shown frame by frame."""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from edge_lip.mouth.crop import visible
from edge_lip.reading.observation import Observation

COLUMNS = 10
MOST_FRAMES = 300
"""A longer clip is shown in fewer frames a second."""
WIDEST = 96
"""Pixels; wider crops are made smaller."""
QUALITY = 60
"""WebP's: about 40 kB for three seconds."""


@dataclass(frozen=True)
class Film:
    """Crops, in rows of `COLUMNS` from the upper left."""

    webp: bytes
    frames: int
    width: int
    """Of one crop, pixels."""
    height: int
    seconds: float
    """From the first to the last."""


class FilmCamera:
    """An observer that keeps the crops of one clip."""

    def __init__(self) -> None:
        self._crops: list[np.ndarray] = []
        self._times: list[float] = []

    def __call__(self, seen: Observation) -> None:
        """Keep the crop of a frame that has one."""
        if seen.crop is not None:
            self._crops.append(visible(seen.crop.image))
            self._times.append(seen.crop.time)

    def take(self) -> Film | None:
        """What was seen since the last time; None where that is nothing."""
        crops, times = self._crops, self._times
        self._crops, self._times = [], []
        if not crops:
            return None
        chosen = crops[:: -(-len(crops) // MOST_FRAMES)]
        return _develop([Image.fromarray(_rgb(crop)) for crop in chosen], times[-1] - times[0])


def _rgb(crop: np.ndarray) -> np.ndarray:
    return crop if crop.ndim == 2 else crop[..., ::-1]


def _develop(crops: list[Image.Image], seconds: float) -> Film:
    width, height = crops[0].size
    if width > WIDEST:
        width, height = WIDEST, round(height * WIDEST / width)
    rows = -(-len(crops) // COLUMNS)
    sheet = Image.new(crops[0].mode, (width * COLUMNS, height * rows))
    for number, crop in enumerate(crops):
        row, column = divmod(number, COLUMNS)
        sheet.paste(crop.resize((width, height)), (column * width, row * height))
    stored = io.BytesIO()
    sheet.save(stored, "WEBP", quality=QUALITY)
    return Film(stored.getvalue(), len(crops), width, height, seconds)
