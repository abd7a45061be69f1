"""Calibration stacks, or clips, from a NumPy file."""

import zipfile
from pathlib import Path

import numpy as np

from edge_lip.errors import ModelError
from edge_lip.system.arrays import open_arrays
from training.trained.read import unpack_stacks


def read_stacks(path: Path) -> np.ndarray:
    """The only array of an `.npz` file or an `.npy` file, as float32: stacks (N, h, w, n), or clips
    (N, frames, h, w, n).

    Raises `ModelError`.
    """
    try:
        loaded = open_arrays(path)
        arrays = [loaded[name] for name in loaded] if hasattr(loaded, "files") else [loaded]
    except OSError as error:
        raise ModelError(f"can't read {path}: {error.strerror or error}") from error
    except (ValueError, EOFError, zipfile.BadZipFile) as error:
        reason = str(error).strip().partition("\n")[0]
        raise ModelError(f"{path} is not a NumPy file: {reason}") from error
    if len(arrays) != 1 or arrays[0].ndim not in (4, 5):
        raise ModelError(
            f"{path} must hold one array: stacks (N, height, width, frames), or clips (N, frames, "
            "height, width, channels)"
        )
    return unpack_stacks(arrays[0])
