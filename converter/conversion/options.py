"""Everything about a conversion that can be chosen."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .. import targets
from ..calibration.calibrate import Calibration
from ..export import modes
from ..external.description import Description
from ..verification.clips import Labelled


@dataclass(frozen=True)
class Options:
    """Each has a default that suits a model of `edge-lip train`."""

    quantization: str = modes.DEFAULT
    """One of `converter.export.quantize.PLANS`."""
    target: str = targets.DEFAULT
    """One of `converter.targets.TARGETS`."""
    calibration: np.ndarray | Path | Calibration | None = None
    """Stacks (N, h, w, n) float32 as `encode` sees them in practice, or where to draw them from
    (see `converter.calibration.calibrate`); None takes those in the model."""
    labelled: Labelled | None = None
    """Clips to read before and after."""
    description: Description | None = None
    """Of a model that was not made by edge-lip."""
    force: bool = False
    """Write the file though its proof failed."""
