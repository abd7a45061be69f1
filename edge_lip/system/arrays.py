"""Files of NumPy's arrays that somebody may have damaged."""

import tokenize
import zlib
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np

DAMAGED: Final = (
    OSError,
    ValueError,
    LookupError,
    EOFError,
    TypeError,
    MemoryError,
    RuntimeError,
    tokenize.TokenError,
    zlib.error,
    BadZipFile,
)
"""What is raised where a file is read by `numpy.load`, and its arrays looked into, that is none or
damaged."""

_BEGIN: Final = (b"PK", b"\x93NUMPY")
"""Of .npz and of .npy files. What begins otherwise NumPy takes for a pickle, and tells how to load
it unsafely."""


def open_arrays(path: Path) -> Any:
    """What `numpy.load` gives of a file .npz or .npy, without pickles; an .npz has to be closed.
    Raises one of `DAMAGED` where it is none."""
    with path.open("rb") as file:
        if not file.read(6).startswith(_BEGIN):
            raise ValueError("it is no file of arrays")
    return np.load(path, allow_pickle=False)
