"""The conductor: load, export both halves, merge, pack, verify; only then the file appears."""

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from edge_lip.errors import ModelError
from edge_lip.files import replacing
from edge_lip.model.file import pack
from edge_lip.model.manifest import Quantization

from .load import Trained, load
from .verify import Check, verify

DEFAULT: Final = Quantization(encode="int8", decode="dynamic")


@dataclass(frozen=True)
class Report:
    """What a conversion gave."""

    target: Path
    size: int
    """Bytes of the file."""
    parts: dict[str, int]
    """Bytes of each half's flatbuffer before the merge."""
    checks: tuple[Check, ...]
    """The file's outputs against the Keras original's."""
    stacks: int
    """How many stacks the file was calibrated and compared on."""


def convert(
    source: Path,
    target: Path,
    calibration: np.ndarray | None = None,
    quantization: Quantization = DEFAULT,
) -> Report:
    """Convert the trained model `source` (.h5 or .keras) to the model file `target`.

    `calibration`: stacks (N, h, w, n) float32 as `encode` sees them in practice; None takes those
    in `source`. Same input, same bytes. TensorFlow runs in a process of its own, because it crashes
    on some graphs; a script that calls this needs the usual `if __name__ == "__main__"`. Raises
    `ModelError`; then there is no new file.
    """
    with replacing(target) as temporary:
        report: Report = _in_child(build, source, temporary, calibration, quantization)
    return replace(report, target=target)


def build(
    source: Path, target: Path, calibration: np.ndarray | None, quantization: Quantization
) -> Report:
    """`convert` in this process, straight to `target`."""
    import keras
    import tensorflow as tf

    from .export import export
    from .merge import merge
    from .quantize import mode

    trained = load(source)
    stacks = _choose_stacks(trained, calibration, source)
    halves = {"encode": trained.encode, "decode": trained.decode}
    parts = {
        name: export(half, partial(mode(getattr(quantization, name)), stacks=stacks))
        for name, half in halves.items()
    }
    versions = {"tensorflow": tf.__version__, "keras": keras.__version__}
    manifest = replace(
        trained.manifest,
        quantization=quantization,
        versions={**trained.manifest.versions, **versions},
    )
    target.write_bytes(pack(merge(parts), manifest))
    checks = verify(target, trained.encode, trained.decode, stacks)
    sizes = {name: len(part) for name, part in parts.items()}
    return Report(target, target.stat().st_size, sizes, checks, len(stacks))


def _choose_stacks(trained: Trained, given: np.ndarray | None, source: Path) -> np.ndarray:
    stacks = trained.stacks if given is None else given
    if stacks is None or not len(stacks):
        raise ModelError(
            f"{source} holds no calibration stacks: give some with --calibrate STACKS.npz"
        )
    shape = trained.encode.input_shape[1:]
    if stacks.shape[1:] != shape:
        raise ModelError(f"the calibration stacks are {stacks.shape[1:]}, the model takes {shape}")
    return stacks


def _in_child(job: Callable[..., Any], *arguments: Any) -> Any:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, initializer=_be_quiet) as pool:
        try:
            return pool.submit(job, *arguments).result()
        except BrokenProcessPool as error:
            raise ModelError(
                "TensorFlow crashed while converting: it can't quantize this network this way"
            ) from error


def _be_quiet() -> None:
    """Send what TensorFlow and the native libraries print to nowhere; errors travel otherwise."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
