"""Writing a file so that it is there whole, or as it was."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import EdgeLipError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file beside `path`, of the same suffix, to write to; it takes the place of `path` when the
    block ends without error, and from then on outlasts a power cut.

    Raises `EdgeLipError` when nothing can be written there, or not all of it.
    """
    import tempfile  # what only reads needs none of it

    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(path.suffix, f".{path.stem}.", path.parent)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        temporary.chmod(0o644)  # mkstemp makes files only their owner can read
        # A name that outlasts a power cut is of no use without what it names, nor the other way.
        _flush(temporary)
        os.replace(temporary, path)
        if os.name == "posix":
            _flush(path.parent)
    except OSError as error:
        raise EdgeLipError(f"can't write {path}: {error.strerror or error}") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    """Have the disk keep a file, or the names in a folder."""
    handle = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
