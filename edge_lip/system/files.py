"""Writing a file so that it is there whole, or as it was."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import EdgeLipError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file beside `path`, of the same suffix, to write to; it takes the place of `path` when the
    block ends without error.

    Raises `EdgeLipError` when nothing can be written there, or not all of it.
    """
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(path.suffix, f".{path.stem}.", path.parent)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        temporary.chmod(0o644)  # mkstemp makes files only their owner can read
        os.replace(temporary, path)
    except OSError as error:
        raise EdgeLipError(f"can't write {path}: {error.strerror or error}") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
