"""One utterance while it is being said: features that grow with every crop."""

import numpy as np

from ..frontend.inputs import Frontend, Inputs
from ..frontend.timegrid import Moment
from ..model.network import Network
from .stages import Stopwatch


class Utterance:
    """Encodes each sample as soon as its inputs are whole."""

    def __init__(self, model: Network, start: float, stopwatch: Stopwatch) -> None:
        self.start = start
        self.end = start
        """Seconds: the end of the last sample's grid period."""
        self._model = model
        self._stopwatch = stopwatch
        self._frontend = Frontend(model.manifest, model.inputs)
        self._features: list[np.ndarray] = []

    def add(self, sample: Moment) -> None:
        """Take the next sample on the grid."""
        with self._stopwatch.lap("encode"):
            self._encode(self._frontend.push(sample))
        self.end = sample.time + 1 / self._model.manifest.fps

    def finish(self) -> None:
        """Encode the samples that still wait for their look-ahead: there is none to come."""
        with self._stopwatch.lap("encode"):
            self._encode(self._frontend.finish())

    def features(self) -> np.ndarray | None:
        """Those so far, (T, F) float32; None before the first."""
        return np.stack(self._features) if self._features else None

    def _encode(self, ready: list[Inputs]) -> None:
        self._features += [self._model.encode(inputs) for inputs in ready]
