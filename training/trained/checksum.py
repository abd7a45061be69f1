"""A checksum at the end of a file that a training leaves, so that damage to it is told.

Neither HDF5 nor TFLite has one: a weight with a flipped bit loads like any other. Readers of HDF5
and of zip archives don't mind what comes after the content, so the SHA-256 of all bytes is simply
appended, and is checked before any of those readers sees a byte.
"""

from hashlib import sha256
from pathlib import Path
from typing import Final

from edge_lip.errors import ModelError

MARK: Final = b"\nedge-lip SHA-256 of all before this line: "
SIZE: Final = len(MARK) + 64


def add_checksum(path: Path) -> None:
    """Append the checksum to a file that has none. What changes the file later removes it: h5py and
    zipfile write over it."""
    with path.open("r+b") as file:
        digest = sha256(file.read()).hexdigest()
        file.write(MARK + digest.encode())


def verify_checksum(path: Path) -> bool:
    """Whether the file has a checksum, which is then right.

    Raises `ModelError` when it is wrong or damaged itself, when the end of an HDF5 file is missing,
    or when the file can't be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"can't read {path}: {error.strerror}") from error
    body, end = content[:-SIZE], content[-SIZE:]
    if not end.startswith(MARK):
        extra = len(content) - _hdf5_end(content)
        if extra < 0:
            raise ModelError(f"{path} is damaged: its end is missing")
        if extra <= SIZE and extra:
            raise ModelError(f"{path} is damaged: its checksum is not whole")
        return False
    if end.removeprefix(MARK) != sha256(body).hexdigest().encode():
        raise ModelError(f"{path} is damaged: its SHA-256 is not the one it was saved with")
    return True


def _hdf5_end(content: bytes) -> int:
    """Where an HDF5 file says that it ends; 0 of other files. Its superblock has the address of
    its end after two others, 8 bytes each (HDF5 File Format Specification, II.A)."""
    if not content.startswith(b"\x89HDF\r\n\x1a\n"):
        return 0
    place = 40 if content[8:9] < b"\x02" else 28
    return int.from_bytes(content[place : place + 8].ljust(8, b"\xff"), "little")
