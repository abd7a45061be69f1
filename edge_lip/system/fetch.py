"""Files that are fetched once: pinned by SHA-256, verified at every use, kept whole or not at all.

Because of the pin it does not matter where a copy comes from: a package, a server, a zip file, the
same folder of another machine.
"""

import hashlib
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from ..errors import EdgeLipError, FetchError
from .files import replacing
from .streams import tell

TIMEOUT = 20.0
"""Seconds without a byte before a download is given up."""


@dataclass(frozen=True)
class Pin:
    """One file, known by its content."""

    name: str
    size: int
    """Bytes."""
    sha256: str

    def matches(self, content: bytes) -> bool:
        """Whether `content` is that of this very file."""
        return hashlib.sha256(content).hexdigest() == self.sha256


P = TypeVar("P", bound=Pin)


@dataclass(frozen=True)
class Found(Generic[P]):
    """Verified contents, and where they were found."""

    contents: Mapping[P, bytes]
    origin: str


def is_intact(path: Path, pin: Pin) -> bool:
    """Whether the file at `path` is there, and the one that is meant."""
    try:
        return pin.matches(path.read_bytes())
    except OSError:
        return False


def collect(pins: Iterable[P], read: Callable[[P], bytes], origin: str) -> Found[P]:
    """Every file of `pins` through `read`, verified; `origin` says where that looks.

    Raises `FetchError` for a file that can't be read, or is another one.
    """
    contents = {}
    for pin in pins:
        try:
            contents[pin] = read(pin)
        except OSError as error:
            raise FetchError(f"{origin}: {error}") from error
        if not pin.matches(contents[pin]):
            raise FetchError(f"{pin.name} from {origin} does not have the expected SHA-256")
    return Found(contents, origin)


def read_zip(pins: Iterable[P], path: Path, advice: str) -> Found[P]:
    """Every file of `pins` from the zip file at `path`, whatever it is called there.

    Raises `FetchError` where it is damaged or lacks one; `advice` says which archive serves.
    """

    def read(pin: Pin) -> bytes:
        for member in archive.infolist():
            if member.file_size == pin.size and pin.matches(content := archive.read(member)):
                return content
        raise FetchError(f"{path} holds no file with the SHA-256 of {pin.name}: {advice}")

    try:
        with zipfile.ZipFile(path) as archive:
            return collect(pins, read, str(path))
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise FetchError(f"{path} is not a whole wheel or zip file ({error})") from error


def download(url: str, size: int) -> bytes:
    """The first `size` bytes of `url`, with a progress bar on standard error.

    Raises `FetchError` where it can't be reached, or ends before.
    """
    # Imported here: they take as long as everything else that a reader starts with.
    import http.client
    import urllib.error
    import urllib.request

    from click import progressbar

    content = bytearray()
    try:
        with (
            urllib.request.urlopen(url, timeout=TIMEOUT) as response,
            progressbar(length=size, label=url.rpartition("/")[2], file=sys.stderr) as bar,
        ):
            while piece := response.read(min(65536, size - len(content))):
                content += piece
                bar.update(len(piece))
    except urllib.error.HTTPError as error:
        raise FetchError(f"{url}: {error.code} {error.reason}") from error
    except (OSError, http.client.HTTPException) as error:
        raise FetchError(f"{url}: {getattr(error, 'reason', error)}") from error
    if len(content) < size:
        raise FetchError(f"{url}: cut off after {len(content)} of {size} bytes")
    return bytes(content)


def search(
    attempts: Sequence[Callable[[], Found[P]]], what: str, folder: Path, advice: str
) -> Found[P]:
    """What the first of `attempts` finds that does not raise `FetchError`.

    People are told what is looked for (`what`, a plural) and in which folder it will be kept.
    Raises `FetchError` where none succeeds, with every reason and what would have worked: a copy of
    the folder, or the `advice`.
    """
    tell(f"looking for {what}, to keep them in {folder}")
    reasons = []
    for attempt in attempts:
        try:
            return attempt()
        except FetchError as error:
            reasons.append(str(error))
    raise FetchError(
        f"{what} are not on this machine and could not be fetched ({'; '.join(reasons)}): "
        f"copy {folder} from a machine that has it, or {advice}"
    )


def keep(content: bytes, path: Path) -> None:
    """Write in one step: whoever reads meanwhile sees the old file or the new one.

    Raises `FetchError` where nothing can be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as temporary:
            temporary.write_bytes(content)
    except (OSError, EdgeLipError) as error:
        raise FetchError(f"{error}: point EDGE_LIP_HOME to a writable folder") from error
