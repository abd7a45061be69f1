"""A model of others that is one network over a window."""

from dataclasses import dataclass
from typing import Any

from edge_lip.model.manifest import Manifest
from training.trained.trained import Arrays


@dataclass(frozen=True)
class Whole:
    """A trained model that is one network."""

    window: Any
    """`keras.Model`: window (T, h, w, n) → a dict: logits (T, C), or labels (L,)."""
    manifest: Manifest
    inputs: Arrays | None = None
    """What it takes in practice; no file has any."""

    @property
    def parts(self) -> dict[str, Any]:
        """The network by the name of its signature."""
        return {"window": self.window}
