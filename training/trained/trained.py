"""What loading gives: two halves, or one network over a window."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from edge_lip.model.manifest import Manifest

MANIFEST: Final = "edge_lip_manifest"
CALIBRATION: Final = "edge_lip_calibration"
STEPS: Final = 42.0
"""Calibration stacks are stored as int8, this many steps to a standard deviation: ±3 is ±126."""


@dataclass(frozen=True)
class Trained:
    """A trained model with float weights."""

    encode: Any
    """`keras.Model`: stack (h, w, n) → features (F,)."""
    decode: Any
    """`keras.Model`: features (T, F) → a dict: logits (T, C), words (T, W + 1); or labels (L,)."""
    manifest: Manifest
    stacks: np.ndarray | None
    """(N, h, w, n) float32, what `encode` sees in practice; None when the file has none."""

    @property
    def parts(self) -> dict[str, Any]:
        """The networks by the names of their signatures."""
        return {"encode": self.encode, "decode": self.decode}
