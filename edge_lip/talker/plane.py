"""A patch of the face's own plane to draw on: colours, and how far each point stands out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..system.opencv import cv2

SHIFT = 4
"""Bits of a pixel's fraction that OpenCV's drawing takes."""

Point = tuple[float, float]


@dataclass
class Plane:
    """`colour` (H, W, 3) and `height` (H, W), float32, of the plane from (`left`, `top`) on.

    Lengths and heights in eye distances, `detail` pixels to each; heights point to the camera.
    """

    left: float
    top: float
    detail: int
    colour: np.ndarray
    height: np.ndarray

    def window(self, left: float, top: float, right: float, bottom: float) -> "Plane":
        """The part within those bounds: a view, what is drawn on it is drawn on this plane."""
        columns = slice(*(round((x - self.left) * self.detail) for x in (left, right)))
        rows = slice(*(round((y - self.top) * self.detail) for y in (top, bottom)))
        return Plane(
            self.left + columns.start / self.detail,
            self.top + rows.start / self.detail,
            self.detail,
            self.colour[rows, columns],
            self.height[rows, columns],
        )

    def copy(self) -> "Plane":
        """The same, to be drawn on alone."""
        return Plane(self.left, self.top, self.detail, self.colour.copy(), self.height.copy())

    def grid(self) -> tuple[np.ndarray, np.ndarray]:
        """x as (1, W) and y as (H, 1), float32, of the pixels' middles."""
        rows, columns = self.height.shape
        x = self.left + (np.arange(columns, dtype=np.float32) + 0.5) / self.detail
        y = self.top + (np.arange(rows, dtype=np.float32) + 0.5) / self.detail
        return x[None, :], y[:, None]

    def area(self, outline: np.ndarray, soft: float = 0.0) -> np.ndarray:
        """(H, W) float32, 1 within the polygon `outline` ((N, 2)), its edge blurred by `soft`."""
        mask = np.zeros(self.height.shape, np.uint8)
        cv2.fillPoly(mask, [self._pixels(outline)], 255, cv2.LINE_AA, SHIFT)
        return self._softened(mask, soft)

    def line(self, course: np.ndarray, thickness: float, soft: float = 0.0) -> np.ndarray:
        """(H, W) float32, 1 on the line through `course` ((N, 2))."""
        mask = np.zeros(self.height.shape, np.uint8)
        width = max(1, round(thickness * self.detail))
        cv2.polylines(mask, [self._pixels(course)], False, 255, width, cv2.LINE_AA, SHIFT)
        return self._softened(mask, soft)

    def bump(self, middle: Point, spread: Point) -> np.ndarray:
        """(H, W) float32: a Gaussian hill of height 1."""
        x, y = self.grid()
        across = np.exp(-(((x - middle[0]) / spread[0]) ** 2))
        return np.exp(-(((y - middle[1]) / spread[1]) ** 2)) * across

    def paint(self, mask: np.ndarray, colour: Sequence[float] | np.ndarray) -> None:
        """Lay `colour`, one or (H, W, 3), over what is there where `mask` is 1."""
        self.colour += mask[..., None] * (np.asarray(colour, np.float32) - self.colour)

    def _pixels(self, points: np.ndarray) -> np.ndarray:
        corner = np.array((self.left, self.top))
        return np.round(((points - corner) * self.detail - 0.5) * 2**SHIFT).astype(np.int32)

    def _softened(self, mask: np.ndarray, soft: float) -> np.ndarray:
        if soft:
            mask = cv2.GaussianBlur(mask, (0, 0), soft * self.detail)
        return mask.astype(np.float32) / 255


def ramp(x: np.ndarray) -> np.ndarray:
    """From 0 for `x` up to 0 to 1 from 1 on, smoothly (float32)."""
    x = np.clip(x, 0, 1)
    return (x * x * (3 - 2 * x)).astype(np.float32)


@dataclass(frozen=True)
class Light:
    """Where the light comes from, 0, 0 being the camera, and how much there is of it."""

    right: float = 0.1
    above: float = 0.3
    brightness: float = 1.0
    backlight: float = 0.0
    """How much of it comes from behind: 0 none, 1 as from a window."""

    def turned(self, yaw: float) -> "Light":
        """The same as a head sees it that is turned by `yaw` (radians, to the picture's right)."""
        towards = max(0.1, float(np.cos(yaw) + self.right * np.sin(yaw)))
        right = float(self.right * np.cos(yaw) - np.sin(yaw))
        return replace(self, right=right / towards, above=self.above / towards)


def shade(plane: Plane, light: Light) -> np.ndarray:
    """(H, W, 3) uint8: the plane lit from there, reflecting as Lambert's law has it."""
    blurred = cv2.GaussianBlur(plane.height, (0, 0), 0.012 * plane.detail)
    x = cv2.Sobel(blurred, cv2.CV_32F, 1, 0, scale=plane.detail / 8)
    y = cv2.Sobel(blurred, cv2.CV_32F, 0, 1, scale=plane.detail / 8)
    towards = np.array((light.right, -light.above, 1.0), np.float32)
    towards /= np.linalg.norm(towards)
    facing = (towards[2] - x * towards[0] - y * towards[1]) / np.sqrt(1 + x * x + y * y)
    lit = 0.42 + 0.62 * np.clip(facing, 0, 1)
    return np.clip(plane.colour * lit[..., None] * 255, 0, 255).astype(np.uint8)
