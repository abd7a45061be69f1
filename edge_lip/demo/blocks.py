"""A small picture in a terminal: half blocks in colour, or characters as dark as it is."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from rich.color import Color
from rich.console import Console, ConsoleOptions
from rich.measure import Measurement
from rich.segment import Segment
from rich.style import Style

from ..system.opencv import cv2

HALF = "\N{UPPER HALF BLOCK}"
RAMP = " .:-=+*#%@"
"""From dark to bright."""
STEP = 8
"""Shades are rounded to a multiple of this, so that few styles are made and nobody sees it."""


class Blocks:
    """A rich renderable, as many columns wide as `image` and half as many rows high."""

    def __init__(self, image: np.ndarray) -> None:
        """`image`: (H, W, 3) BGR or (H, W) grey, uint8; H even."""
        self._image = image

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        upper, lower = self._image[::2], self._image[1::2]
        coloured = console.color_system is not None and not options.ascii_only
        for rows in zip(upper, lower, strict=True):
            yield from _coloured(*rows) if coloured else [Segment(_ramp(*rows))]
            yield Segment.line()

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(self._image.shape[1], self._image.shape[1])


def shrink(image: np.ndarray, width: int, height: int) -> np.ndarray:
    """`image` with so many pixels."""
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)


def _coloured(upper: np.ndarray, lower: np.ndarray) -> Iterator[Segment]:
    both = np.stack([upper, lower], axis=1)
    if both.ndim == 2:
        both = np.repeat(both[..., np.newaxis], 3, axis=2)
    for top, bottom in (both // STEP * STEP).tolist():
        yield Segment(HALF, _style((*top, *bottom)))


def _ramp(upper: np.ndarray, lower: np.ndarray) -> str:
    grey = (upper.astype(float) + lower) / 2
    if grey.ndim == 2:
        grey = grey.mean(axis=1)
    return "".join(RAMP[int(shade)] for shade in grey * len(RAMP) / 256)


@lru_cache(maxsize=4096)
def _style(colours: tuple[int, ...]) -> Style:
    """Of a half block, given blue, green and red of both halves."""
    top, bottom = colours[2::-1], colours[5:2:-1]
    return Style(color=Color.from_rgb(*top), bgcolor=Color.from_rgb(*bottom))
