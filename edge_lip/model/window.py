"""A network that is one graph: it takes a window of crops, and an utterance is brought to that.

Most published models are of this kind. They were trained on whole clips, brought to one number of
frames; the manifest says how.
"""

from collections.abc import Mapping

import numpy as np

from ..errors import ModelError
from ..runtime.interpreter import Graphs, shape_of
from ..text.logits import Logits, to_logits
from ..text.tasks import TASKS
from .manifest import Manifest, Window
from .network import STACK, WINDOW, check_inputs, check_outputs


class WindowModel:
    """An open model of one signature, `window`. Not thread-safe: open one per thread."""

    def __init__(self, manifest: Manifest, interpreter: Graphs) -> None:
        assert manifest.window is not None
        self.manifest = manifest
        self._how = manifest.window
        self._interpreter = interpreter
        self._window = interpreter.signature(WINDOW)
        self._check()

    @property
    def inputs(self) -> dict[str, tuple[int, ...]]:
        """See `Network.inputs`: one crop."""
        return {STACK: self._crop}

    def encode(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        """The crop (h, w, n) float32 as it is: there is nothing to do before the utterance."""
        check_inputs(inputs, self.inputs)
        return inputs[STACK]

    def decode(self, features: np.ndarray) -> Logits:
        """Logits of one utterance from its crops (T, h, w, n) float32, T at least 1."""
        if not len(features) or features.shape[1:] != self._crop:
            raise ModelError(f"the model takes (T, *{self._crop}) crops, not {features.shape}")
        starts, windows = cut_windows(features, self._how)
        found = [self._run(window) for window in windows]
        task = TASKS[self.manifest.task]
        return task.join(found, starts, len(features), self.manifest.decoding)

    def _run(self, window: np.ndarray) -> Logits:
        self._interpreter.reset()  # a fused LSTM starts each window anew
        outputs = self._window(window=window[np.newaxis])
        return to_logits(outputs, self.manifest.decoding.activation)

    def _check(self) -> None:
        """Raise `ModelError` unless the graph has the sizes the manifest speaks of."""
        manifest = self.manifest
        frames, *crop = shape_of(self._window.inputs, WINDOW)
        self._crop = tuple(crop)
        said = (manifest.crop.height, manifest.crop.width, manifest.channels)
        for what, expected, actual in (
            ("window", self._how.frames, frames),
            ("crop", said, self._crop),
        ):
            if expected != actual:
                raise ModelError(f"the manifest says {what} {expected}, the model has {actual}")
        check_outputs(manifest, self._window.outputs, frames)


def cut_windows(crops: np.ndarray, how: Window) -> tuple[list[int], list[np.ndarray]]:
    """Where windows start, and the windows (frames, ...) themselves, of crops (T, ...).

    The last window of those that slide ends with the utterance, whatever the stride; in an
    utterance shorter than a window the last crop stands still until its end.
    """
    count, frames = len(crops), how.frames
    if how.fit == "slide":
        assert how.stride is not None
        last = max(count - frames, 0)
        starts = [*range(0, last, how.stride), last]
        index = np.minimum(np.arange(frames), count - 1)
        return starts, [crops[start + index] for start in starts]
    if how.fit == "pad" and count <= frames:
        empty = np.zeros((frames - count, *crops.shape[1:]), crops.dtype)
        return [0], [np.concatenate([crops, empty])]
    return [0], [stretch(crops, frames)]


def stretch(crops: np.ndarray, frames: int) -> np.ndarray:
    """Crops (T, ...) float32 as (frames, ...): evenly from the first to the last, each between the
    two nearest by linear interpolation."""
    moments = np.linspace(0, len(crops) - 1, frames)
    before = np.floor(moments).astype(int)
    after = np.minimum(before + 1, len(crops) - 1)
    part = (moments - before).astype(np.float32).reshape(-1, *[1] * (crops.ndim - 1))
    stretched: np.ndarray = crops[before] * (1 - part) + crops[after] * part
    return stretched
