"""A network that is one graph: it takes a window of crops, and an utterance is brought to that.

Most published models are of this kind. They were trained on whole clips, brought to one number of
frames; the manifest says how.
"""

from collections.abc import Mapping

import numpy as np

from ..errors import ModelError
from ..runtime.interpreter import Graphs, shape_of
from ..text.logits import Logits, log_softmax, to_logits
from .manifest import Manifest, Window
from .network import STACK, check_inputs


class WindowModel:
    """An open model of one signature, `window`. Not thread-safe: open one per thread."""

    def __init__(self, manifest: Manifest, interpreter: Graphs) -> None:
        assert manifest.window is not None
        self.manifest = manifest
        self._how = manifest.window
        self._interpreter = interpreter
        self._window = interpreter.signature("window")
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
        if self.manifest.task == "label":
            labels = [one.labels for one in found if one.labels is not None]
            return Logits(None, None, log_softmax(np.mean(labels, axis=0)))
        tokens = [one.tokens for one in found if one.tokens is not None]
        return Logits(join(tokens, starts, len(features)), None)

    def _run(self, window: np.ndarray) -> Logits:
        self._interpreter.reset()  # a fused LSTM starts each window anew
        return to_logits(self._window(window=window[np.newaxis]))

    def _check(self) -> None:
        """Raise `ModelError` unless the graph has the sizes the manifest speaks of."""
        manifest, outputs = self.manifest, self._window.outputs
        frames, *crop = shape_of(self._window.inputs, "window")
        self._crop = tuple(crop)
        said = (manifest.crop.height, manifest.crop.width, manifest.channels)
        sizes: list[tuple[str, object, object]] = [
            ("window", self._how.frames, frames),
            ("crop", said, self._crop),
        ]
        if manifest.task == "label":
            sizes.append(("labels", (len(manifest.labels),), shape_of(outputs, "labels")))
        else:
            logits = (self._how.frames, len(manifest.tokens))
            sizes.append(("logits", logits, shape_of(outputs, "logits")))
        for what, expected, actual in sizes:
            if expected != actual:
                raise ModelError(f"the manifest says {what} {expected}, the model has {actual}")


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


def join(logits: list[np.ndarray], starts: list[int], count: int) -> np.ndarray:
    """Logits (count, C) of an utterance from those (frames, C) of its windows.

    Each crop's are of the window in which it is nearest the middle: there the network knows most of
    what comes before and after. Averages would blur the peaks of CTC, which shift by a crop.
    """
    frames = len(logits[0])
    moments = np.arange(count)
    middles = np.array(starts)[:, np.newaxis] + (frames - 1) / 2
    owner = np.abs(moments - middles).argmin(axis=0)
    joined: np.ndarray = np.stack(logits)[owner, moments - np.array(starts)[owner]]
    return joined
