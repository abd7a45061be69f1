"""The model as the version of Keras that wrote it runs it, to compare with."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np

from edge_lip.errors import ModelError
from edge_lip.text.logits import log_softmax
from training.trained.cause import first_cause
from training.trained.read import look

from .description import Description
from .dialect import complete
from .legacy import configured
from .outputs import LEAST, is_probability

LEGACY: Final = "tf_keras"
"""The package that Keras 2 lives on in; the extra `keras2` of `setup.cfg`."""
CLIPS: Final = 3
LENGTH: Final = 10
"""Frames of a clip, where the network takes any number."""
TOLERANCE: Final = 1e-3
"""Relative, of the outputs; both compute in float32."""


@dataclass(frozen=True)
class Reference:
    """What somebody else's file was compared with, before anything was made of it."""

    writer: str
    """The version that wrote it, such as "Keras 2.9.0"."""
    by: str
    """What ran it to compare with, such as "tf_keras 2.21.0"."""
    relative_error: float | None = None
    """Of the network in Keras 3, over `by`; None where they are the same thing."""
    reason: str = ""
    """Why that is not the writer, or its heir."""
    run: Callable[[np.ndarray], np.ndarray] | None = None
    """What `by` makes of a clip (1, T, h, w, n), where that is not Keras 3."""
    frames: int = LENGTH
    """T."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values for the manifest."""
        told = {key: getattr(self, key) for key in ("writer", "by", "relative_error", "reason")}
        return {key: value for key, value in told.items() if value not in (None, "")}

    def log_probs(self, clip: np.ndarray, said: Description, activation: str) -> np.ndarray:
        """What `run` makes of a clip (T, h, w, n), as a device has it: natural logarithms of
        probabilities, none below `LEAST`, the blank first."""
        assert self.run is not None
        output = self.run(clip[np.newaxis])[0].astype(np.float64)
        if said.tokens and said.blank == "last":
            output = np.roll(output, 1, axis=-1)
        bounded = bool(((output >= 0) & (output <= 1)).all())
        if activation == "sigmoid":
            shares = output if bounded else 1 / (1 + np.exp(-output))
            return np.log(np.clip(shares, LEAST, 1 - LEAST))
        if not is_probability(output) and not (said.tokens and bounded):
            output = np.exp(log_softmax(output))
        shares = output / output.sum(axis=-1, keepdims=True)
        return np.log(np.maximum(shares, LEAST))

    @property
    def line(self) -> str:
        """For a terminal."""
        if self.relative_error is not None:
            return (
                f"written by {self.writer}; built anew in Keras 3 it is {self.relative_error:.2%} "
                f"from what {self.by} makes of it"
            )
        told = f"written by {self.writer}, compared with {self.by}"
        return f"{told}: {self.reason}" if self.reason else told


def compare_with_writer(path: Path, model: Any) -> Reference:
    """Compare `model`, which was made of the Keras file `path`, with what its own version makes of
    clips, wherever that can be had.

    Raises `ModelError` where they are not the same.
    """
    import keras

    content = look(path)
    here = f"Keras {keras.__version__}"
    if content.keras_version >= "3":
        return Reference("Keras 3", here)
    writer = f"Keras {content.keras_version or '2'}"
    if find_spec(LEGACY) is None:
        reason = "pip install 'edge-lip[keras2]' to compare with Keras 2 itself"
        return Reference(writer, here, reason=reason)
    by, run = _legacy(path, content.config)
    if run is None:
        return Reference(writer, here, reason=by)
    frames, *picture = model.inputs[0].shape[1:]
    shape = (1, frames or LENGTH, *picture)
    if None in shape:
        return Reference(writer, here, reason="the network takes pictures of any size")
    rng = np.random.default_rng(0)
    clips = [rng.random(shape, np.float32) for _ in range(CLIPS)]
    expected = np.concatenate([run(clip) for clip in clips])
    found = np.concatenate([np.asarray(model(clip)) for clip in clips])
    error = _relative_error(expected, found)
    if not error <= TOLERANCE:
        raise ModelError(
            f"{path}: built anew in Keras 3 it does not compute what {by} does: its outputs are "
            f"{error:.1%} off. Save it again with Keras 3"
        )
    return Reference(writer, by, error, run=run, frames=shape[1])


def _legacy(path: Path, config: Any) -> tuple[str, Any]:
    """The name of what runs a file of Keras 2, and a function from clips to outputs; why there is
    none, and None, where it can't be loaded."""
    from importlib import import_module

    keras2: Any = import_module(LEGACY)
    by = f"{LEGACY} {keras2.__version__}"
    try:
        with configured(path, complete(config)) as copy:
            model = keras2.models.load_model(copy, compile=False)
    except Exception as error:  # older than it, mostly
        return f"{by} can't load it ({first_cause(error)})", None
    return by, partial(_run, model)


def _run(model: Any, clip: np.ndarray) -> np.ndarray:
    model.reset_states()  # each clip by itself
    return np.asarray(model(clip, training=False))


def _relative_error(expected: np.ndarray, found: np.ndarray) -> float:
    if expected.shape != found.shape:
        return float("inf")
    size = float(np.linalg.norm(expected)) or 1.0
    return float(np.linalg.norm(found - expected)) / size
