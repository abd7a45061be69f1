"""What a mouth looks like at a moment, in a few numbers, for takes to be compared by.

The low frequencies of a small picture of the mouth: for people that no network has seen they tell
phrases apart as well as a network's features do, and cost a tenth of them.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from ..model.manifest import Manifest, Stack
from ..model.network import STACK
from ..system.opencv import cv2
from ..text.logits import Logits

WIDTH, HEIGHT = 48, 32
"""Of the small picture, pixels."""
LOW: Final = 8
"""Frequencies each way."""
SIZE: Final = LOW * LOW
VARIED: Final = 4
"""How often a take is seen as a camera a little elsewhere would have seen it."""
SHIFT, TURN, GROWN = 3.0, 0.08, 0.08
"""By how much: crop pixels, radians, and the power of e of its size."""


def appearance(crop: np.ndarray) -> np.ndarray:
    """(64,) float32 of a crop (height, width) float32, normalized."""
    small = cv2.resize(crop, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    low: np.ndarray = cv2.dct(small)[:LOW, :LOW]
    return low.ravel()


class AppearanceNetwork:
    """Stands where a reader has a network (see `edge_lip.model.network.Network`): its features are
    the appearance of each moment and, to learn from, of `VARIED` others like it."""

    def __init__(self, manifest: Manifest, varied: bool = False) -> None:
        """For crops as the model of `manifest` has them. `varied`: with the others behind it."""
        self.manifest = replace(manifest, stack=Stack(1, 0), window=None)
        shape = (manifest.crop.height, manifest.crop.width)
        self.inputs: Mapping[str, tuple[int, ...]] = {STACK: (*shape, self.manifest.channels)}
        self._moves = _moves(*shape) if varied else []

    def encode(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        """(64,) float32, or (64 * (1 + VARIED),)."""
        crop = np.ascontiguousarray(inputs[STACK][..., 0])
        size, border = crop.shape[::-1], cv2.BORDER_REPLICATE
        moved = (cv2.warpAffine(crop, move, size, borderMode=border) for move in self._moves)
        return np.concatenate([appearance(one) for one in (crop, *moved)])

    def decode(self, features: np.ndarray) -> Logits:
        """Nothing: takes are compared, not decoded."""
        return Logits(None, None)


def _moves(height: int, width: int) -> list[np.ndarray]:
    """Affine maps (2, 3) about a crop's middle, ever the same."""
    rng = np.random.default_rng(0)
    moves = []
    for _ in range(VARIED):
        turn, size = rng.uniform(-TURN, TURN), np.exp(rng.uniform(-GROWN, GROWN))
        cos, sin = np.cos(turn) * size, np.sin(turn) * size
        linear = np.array([[cos, -sin], [sin, cos]])
        middle = np.array([width - 1, height - 1]) / 2
        offset = middle + rng.uniform(-SHIFT, SHIFT, 2) - linear @ middle
        moves.append(np.column_stack([linear, offset]))
    return moves
