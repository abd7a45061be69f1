"""The two face models of MediaPipe (Apache-2.0): found or fetched once, verified at every use.

Both are pinned by SHA-256, so it does not matter where a copy comes from. They are kept in
`face-models/` under `edge_lip.system.paths.data_folder()`; that folder copied to another machine
makes it ready without a network. A machine that has none of them tries, in this order:

1. an installed `mediapipe` package (up to 0.10.21; later ones carry no models);
2. the two files in MediaPipe's public asset bucket, 1.5 MB (their URLs and SHA-256 as MediaPipe's
   own build pins them, third_party/external_files.bzl, "tasks/testdata/vision");
3. the official `mediapipe` 0.10.21 wheel, 36 MB, through pip and thus through the user's index,
   mirror and proxy. It is unzipped, never installed: any machine and any Python will do.

The bundle `face_landmarker.task` is not in the list: its models are other ones (478 points with
attention), which the trackers here do not speak.
"""

import hashlib
import http.client
import importlib.util
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from edge_lip.errors import EdgeLipError, FetchError
from edge_lip.system.files import replacing
from edge_lip.system.paths import data_folder

WHEEL = "mediapipe==0.10.21"
BUCKET = "https://storage.googleapis.com/mediapipe-assets/tasks/testdata/vision/"
TIMEOUT = 20.0  # seconds without a byte before a download is given up


@dataclass(frozen=True)
class Pin:
    """One file, known by its content."""

    name: str
    package: str  # its folder in the mediapipe package and wheel
    size: int  # bytes
    sha256: str

    def matches(self, content: bytes) -> bool:
        return hashlib.sha256(content).hexdigest() == self.sha256


DETECTOR = Pin(
    name="face_detection_short_range.tflite",
    package="mediapipe/modules/face_detection",
    size=229_714,
    sha256="bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
)
LANDMARKS = Pin(
    name="face_landmark.tflite",
    package="mediapipe/modules/face_landmark",
    size=1_242_398,
    sha256="1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
)

Read = Callable[[Pin], bytes]


@dataclass(frozen=True)
class FaceModels:
    """Verified files of BlazeFace short-range and of Face Mesh, and where they came from."""

    detector: Path
    landmarks: Path
    origin: str = ""


def locate(source: Path | None = None) -> FaceModels:
    """The verified face models of this machine, fetched when they are absent or damaged.

    `source` replaces the search by one place: a folder that holds both files (or a `mediapipe`
    folder), a mediapipe wheel, or any other zip, a `.task` included, that holds the very same files
    under whatever names.

    Raises FetchError, with everything that was tried and what would have worked.
    """
    places = {pin: place_of(pin) for pin in (DETECTOR, LANDMARKS)}
    folder = places[DETECTOR].parent
    if all(is_intact(path, pin) for pin, path in places.items()):
        origin = f"kept in {folder}"
    else:
        contents, origin = _read_given(source) if source else _search(folder)
        for pin, path in places.items():
            _keep(path, contents[pin])
    return FaceModels(places[DETECTOR], places[LANDMARKS], origin)


def place_of(pin: Pin) -> Path:
    """Where that file is kept on this machine, there or not."""
    return data_folder() / "face-models" / pin.name


Found = tuple[dict[Pin, bytes], str]  # the content of both files, and where it was found


def _read_given(source: Path) -> Found:
    if source.is_dir():
        return _read_folder(source)
    if source.is_file():
        return _read_zip(source)
    raise FetchError(f"{source} does not exist: give a folder, or the wheel of {WHEEL}")


def _search(folder: Path) -> Found:
    print(f"edge-lip: looking for the face models, to keep them in {folder}", file=sys.stderr)
    reasons = []
    for attempt in (_read_installed, _read_bucket, _read_index):
        try:
            return attempt()
        except FetchError as error:
            reasons.append(str(error))
    raise FetchError(
        f"the face models are not on this machine and could not be fetched ({'; '.join(reasons)}): "
        f"copy {folder} from a machine that has it, or download the wheel of {WHEEL} elsewhere and "
        f"run: edge-lip setup --from WHEEL"
    )


def _read_installed() -> Found:
    spec = importlib.util.find_spec("mediapipe")  # of a top-level name: nothing is imported
    if spec is None or not spec.submodule_search_locations:
        raise FetchError("no mediapipe package is installed")
    return _read_folder(Path(spec.submodule_search_locations[0]))


def _read_bucket() -> Found:
    return _collect(lambda pin: _download(BUCKET + pin.name, pin.size), BUCKET)


def _read_index() -> Found:
    with tempfile.TemporaryDirectory(prefix="edge-lip-") as folder:
        command = [sys.executable, "-m", "pip", "download", WHEEL, "--no-deps"]
        command += ["--disable-pip-version-check", "--only-binary=:all:", "--dest", folder]
        command += ["--python-version", "3.11", "--platform", "manylinux_2_28_x86_64"]
        # pip's progress goes to our stderr: stdout may be a stream of events.
        result = subprocess.run(command, stdout=2, stderr=subprocess.PIPE, text=True)
        wheels = list(Path(folder).glob("*.whl"))
        if result.returncode or not wheels:
            last = (result.stderr.strip().splitlines() or ["no wheel"])[-1].removeprefix("ERROR: ")
            raise FetchError(f"pip download {WHEEL}: {last}")
        return _read_zip(wheels[0])[0], f"the wheel of {WHEEL} from the package index"


def _read_folder(folder: Path) -> Found:
    def read(pin: Pin) -> bytes:
        places = (folder, folder / pin.package, folder.parent / pin.package)
        found = [place / pin.name for place in places if (place / pin.name).is_file()]
        if not found:
            raise FetchError(f"{folder} holds no {pin.name} (of mediapipe, only <= 0.10.21 does)")
        return found[0].read_bytes()

    return _collect(read, str(folder))


def _read_zip(path: Path) -> Found:
    def read(pin: Pin) -> bytes:
        for member in archive.infolist():
            if member.file_size == pin.size and pin.matches(content := archive.read(member)):
                return content
        raise FetchError(f"{path} holds no file with the SHA-256 of {pin.name}: use {WHEEL}")

    try:
        with zipfile.ZipFile(path) as archive:
            return _collect(read, str(path))
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise FetchError(f"{path} is not a whole wheel or zip file ({error})") from error


def _collect(read: Read, origin: str) -> Found:
    """Both files through `read`, verified."""
    contents = {}
    for pin in (DETECTOR, LANDMARKS):
        try:
            contents[pin] = read(pin)
        except OSError as error:
            raise FetchError(f"{origin}: {error}") from error
        if not pin.matches(contents[pin]):
            raise FetchError(f"{pin.name} from {origin} does not have the expected SHA-256")
    return contents, origin


def _download(url: str, size: int) -> bytes:
    """At most `size` bytes of `url`, with a progress bar on stderr."""
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


def is_intact(path: Path, pin: Pin) -> bool:
    """Whether the file at `path` is there, and the one that is meant."""
    try:
        return pin.matches(path.read_bytes())
    except OSError:
        return False


def _keep(path: Path, content: bytes) -> None:
    """Write in one step: whoever reads meanwhile sees the old file or the new one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as temporary:
            temporary.write_bytes(content)
    except (OSError, EdgeLipError) as error:
        raise FetchError(f"{error}: point EDGE_LIP_HOME to a writable folder") from error
