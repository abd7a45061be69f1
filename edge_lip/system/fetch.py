"""Files that are fetched once: verified, and kept whole or not at all.

Small ones are pinned by SHA-256 and verified at every use. Because of the pin it does not matter
where a copy comes from: a package, a server, a zip file, the same folder of another machine. Large
ones (`Remote`) are known by what their server says of them, and go on where they stopped.
"""

import hashlib
import re
import sys
import time
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Generic, TypeVar

from ..errors import EdgeLipError, FetchError
from .files import replacing
from .streams import tell

TIMEOUT = 20.0
"""Seconds without a byte before a download is given up."""
TRIES = 5
"""How often a connection may break without much having come, before a file is given up."""
MUCH = 1 << 20
"""Bytes."""
PAUSE = 1.0
"""Seconds before the second try; twice as long before each one after it."""
PIECE = 1 << 18
"""Bytes that are read and written at once."""


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


@dataclass(frozen=True)
class Remote:
    """A file as its server describes it."""

    name: str
    url: str
    size: int
    """Bytes."""
    md5: str = ""
    """In hexadecimal digits; empty where the server says none."""


def get(url: str, most: int) -> tuple[bytes, str]:
    """What `url` answers, and of which type it says that is (`application/json`).

    Raises `FetchError` where it can't be reached, or answers with more than `most` bytes.
    """
    import http.client
    import urllib.error

    try:
        with _open(url) as response:
            content: bytes = response.read(most + 1)
            kind: str = response.headers.get_content_type()
    except urllib.error.HTTPError as error:
        raise FetchError(f"{url}: {error.code} {error.reason}") from error
    except (OSError, http.client.HTTPException) as error:
        raise FetchError(f"{url}: {getattr(error, 'reason', error)}") from error
    if len(content) > most:
        raise FetchError(f"{url}: answers with more than {most:,} bytes")
    return content, kind


def fetch(
    file: Remote, path: Path, tick: Callable[[int], object], say: Callable[[str], object]
) -> None:
    """Write `file` to `path`, where it appears once it is whole and verified.

    Until then it grows in `path` with `.part` behind its name, and goes on from there, in this call
    when the connection breaks (told to `say`) and in a later one; a server that can't give a part
    begins anew. `tick` is told how many bytes more there are, less than 0 when it begins anew.
    Raises `FetchError` where the server has no such file or another one, or the connection breaks
    too often, and `EdgeLipError` where nothing can be written.
    """
    if is_whole(path, file):
        tick(file.size)
        return
    part = path.with_name(f"{path.name}.part")
    shown = 0

    def show(size: int) -> None:
        nonlocal shown
        tick(size - shown)
        shown = size

    tries, farthest = 0, _size(part)
    while True:
        try:
            _fetch_rest(file, part, show)
            break
        except _BrokenError as error:
            if _size(part) >= farthest + MUCH:
                tries, farthest = 0, _size(part)
            tries += 1
            if tries >= TRIES:
                raise FetchError(
                    f"{file.url}: {error}; what has come is kept, the same command goes on"
                ) from error
            say(f"{file.name}: {error}; trying again")
            time.sleep(PAUSE * 2 ** (tries - 1))
    if not is_whole(part, file):
        part.unlink(missing_ok=True)
        raise FetchError(
            f"{file.name} from {file.url} does not have the expected MD5: deleted; the same "
            "command fetches it anew"
        )
    try:
        part.replace(path)
    except OSError as error:
        raise EdgeLipError(f"can't write {path}: {error.strerror or error}") from error


def is_whole(path: Path, file: Remote) -> bool:
    """Whether the file at `path` is `file`, as far as its size and its MD5 tell."""
    if _size(path) != file.size or not path.is_file():
        return False
    return not file.md5 or md5_of(path) == file.md5


def md5_of(path: Path) -> str:
    """MD5 of a file, in hexadecimal digits. Raises `FetchError` where it can't be read."""
    try:
        with open(path, "rb") as content:
            digest = hashlib.file_digest(content, lambda: hashlib.md5(usedforsecurity=False))
    except OSError as error:
        raise FetchError(f"can't read {path}: {error.strerror or error}") from error
    return digest.hexdigest()


class _BrokenError(Exception):
    """The connection broke, or the server can't answer now: worth another try."""


def _fetch_rest(file: Remote, part: Path, show: Callable[[int], object]) -> None:
    """Write to `part` what it lacks of `file`; `show` is told how large it is.

    Raises `_BrokenError` where it is still not all of it, and as `fetch` does.
    """
    import http.client
    import urllib.error

    start = _size(part)
    if start > file.size:
        start = _begin_anew(part)
    show(start)
    if start == file.size:
        return
    try:
        with _open(file.url, start) as response:
            if start and not _goes_on(response, start):
                start = _begin_anew(part)
                if response.status == 206:  # a part, and another than was asked for
                    raise _BrokenError("does not go on where it should")
            _refuse_another(response, file, start)
            show(start)
            with _writable(part) as out:
                while piece := response.read(min(PIECE, file.size - start)):
                    _write(out, piece, part)
                    start += len(piece)
                    show(start)
    except urllib.error.HTTPError as error:
        if error.code == 416:  # the part is not one of what is there today
            show(_begin_anew(part))
        elif error.code not in (408, 429) and error.code < 500:
            raise FetchError(f"{file.url}: {error.code} {error.reason}") from error
        raise _BrokenError(f"{error.code} {error.reason}") from error
    except http.client.IncompleteRead:
        pass  # newer Pythons say so, older ones just end
    except (OSError, http.client.HTTPException) as error:
        raise _BrokenError(str(getattr(error, "reason", error))) from error
    if start < file.size:
        raise _BrokenError(f"cut off after {start:,} of {file.size:,} bytes")


def _open(url: str, start: int = 0) -> Any:
    """The answer of `url` from byte `start` on, if its server can do so."""
    import urllib.request

    if not url.startswith(("http://", "https://")):  # urllib would open files of this machine, too
        raise FetchError(f"{url} is no address of a server")
    headers = {"User-Agent": "edge-lip"} | ({"Range": f"bytes={start}-"} if start else {})
    return urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=TIMEOUT)


def _goes_on(response: Any, start: int) -> bool:
    """Whether an answer begins at byte `start`, as it was asked to."""
    told: str = response.headers.get("Content-Range", "")
    return response.status == 206 and re.match(rf"bytes {start}-", told) is not None


def _refuse_another(response: Any, file: Remote, start: int) -> None:
    """Raises `FetchError` where an answer, which begins at byte `start`, is not `file` for sure."""
    if response.headers.get_content_type() == "text/html":
        raise FetchError(f"{file.url}: answers with a web page in place of the file")
    length = response.headers.get("Content-Length", "")
    if length.isdecimal() and start + int(length) != file.size:
        raise FetchError(
            f"{file.url}: has {start + int(length):,} bytes, and should have {file.size:,}"
        )


def _size(path: Path) -> int:
    """Bytes; 0 where there is no such file."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _begin_anew(part: Path) -> int:
    part.unlink(missing_ok=True)
    return 0


def _writable(part: Path) -> IO[bytes]:
    """`part` to append to, without a buffer: a full disk shows at the write, not when it closes."""
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        return open(part, "ab", buffering=0)
    except OSError as error:
        raise EdgeLipError(f"can't write {part}: {error.strerror or error}") from error


def _write(out: IO[bytes], piece: bytes, part: Path) -> None:
    rest = memoryview(piece)
    try:
        while rest:
            rest = rest[out.write(rest) :]
    except OSError as error:
        raise EdgeLipError(
            f"can't write {part}: {error.strerror or error}; what has come is kept, the same "
            "command goes on"
        ) from error


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
