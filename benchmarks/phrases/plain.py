"""What is to be beaten: plain dynamic time warping, of pictures or of the lips' shape."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from edge_lip.frontend.lips import SIZE as OF_SHAPE
from edge_lip.model.file import read_manifest
from edge_lip.model.manifest import Stack
from edge_lip.model.network import LIPS
from edge_lip.phrases.axes import moving
from edge_lip.phrases.bench import SOFT
from edge_lip.phrases.takes import take_of
from edge_lip.phrases.warping import warp
from edge_lip.text.logits import Logits

PART: Final = 24 / 64
"""Of the dimensions, that are compared."""


class Plain:
    """Takes whitened by themselves, with differences; the nearest phrase by a soft minimum over its
    takes."""

    def __init__(self, takes: Mapping[str, Sequence[np.ndarray]]) -> None:
        """Of the features (T, F) of each take of each phrase."""
        self._texts = [text for text, some in takes.items() for _ in some]
        moments = np.stack([take_of(one).moments for some in takes.values() for one in some])
        rows = moments.reshape(-1, moments.shape[2]).astype(np.float64)
        variances, directions = np.linalg.eigh(rows.T @ rows / len(rows))
        most = np.argsort(variances)[::-1][: round(PART * len(variances))]
        self._axes = directions[:, most] / np.sqrt(variances[most] + 1e-9 * variances.max())
        self._takes = moving(moments @ self._axes)

    def nearest(self, features: np.ndarray) -> str:
        """The phrase."""
        (placed,) = moving(take_of(features).moments[np.newaxis] @ self._axes)
        away = np.exp(-SOFT * warp(placed, self._takes))
        texts = sorted(set(self._texts))
        near = [
            np.mean([a for a, text in zip(away, self._texts, strict=True) if text == one])
            for one in texts
        ]
        return texts[int(np.argmax(near))]


class Shapes:
    """Stands where a reader has a network: its features are the lips' shape (18,)."""

    def __init__(self) -> None:
        self.manifest = replace(read_manifest(), stack=Stack(1, 0), window=None)
        self.inputs: Mapping[str, tuple[int, ...]] = {LIPS: (OF_SHAPE,)}

    def encode(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        """See `edge_lip.model.network.Network`."""
        return inputs[LIPS]

    def decode(self, features: np.ndarray) -> Logits:
        """Nothing: takes are compared, not decoded."""
        return Logits(None, None)
