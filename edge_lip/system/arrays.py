"""Files of NumPy's arrays that somebody may have damaged."""

import tokenize
import zlib
from typing import Final
from zipfile import BadZipFile

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
