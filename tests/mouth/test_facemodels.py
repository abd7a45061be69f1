"""Where face models come from, and what is refused: against small stand-ins and a local server."""

import hashlib
import sys
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from edge_lip.cli.main import main
from edge_lip.errors import FetchError
from edge_lip.mouth.trackers import facemodels
from edge_lip.mouth.trackers.facemodels import DETECTOR, LANDMARKS, FaceModels, PinnedModel, locate

DETECTOR_BYTES = b"a face detector" * 9000
LANDMARKS_BYTES = b"face landmarks" * 20000
VERSION = facemodels.WHEEL.partition("==")[2]


def pinned(pin: PinnedModel, content: bytes) -> PinnedModel:
    return replace(pin, size=len(content), sha256=hashlib.sha256(content).hexdigest())


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """An empty home, small pinned files, and nothing to fetch them from."""
    if "face_models" in request.fixturenames:
        return
    monkeypatch.setenv("EDGE_LIP_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(facemodels, "DETECTOR", pinned(DETECTOR, DETECTOR_BYTES))
    monkeypatch.setattr(facemodels, "LANDMARKS", pinned(LANDMARKS, LANDMARKS_BYTES))
    monkeypatch.setattr(facemodels, "BUCKET", "http://127.0.0.1:9/")  # nobody listens: offline
    package = tmp_path / "site-packages" / "mediapipe"  # as newer ones are: without models
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('imported')")
    monkeypatch.delitem(sys.modules, "mediapipe", raising=False)
    monkeypatch.syspath_prepend(package.parent)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    (tmp_path / "index").mkdir()


def mediapipe_folder(folder: Path, landmarks: bytes = LANDMARKS_BYTES) -> Path:
    """A `mediapipe` package folder that holds the two files."""
    for pin, content in ((DETECTOR, DETECTOR_BYTES), (LANDMARKS, landmarks)):
        path = folder / pin.package / pin.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder / "mediapipe"


def wheel(folder: Path) -> Path:
    """A wheel of the pinned mediapipe that pip accepts."""
    path = folder / f"mediapipe-{VERSION}-cp311-cp311-manylinux_2_28_x86_64.whl"
    info = f"mediapipe-{VERSION}.dist-info"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{DETECTOR.package}/{DETECTOR.name}", DETECTOR_BYTES)
        archive.writestr(f"{LANDMARKS.package}/{LANDMARKS.name}", LANDMARKS_BYTES)
        archive.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: mediapipe\nVersion: {VERSION}\n"
        )
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: cp311-cp311-manylinux_2_28_x86_64\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return path


class Bucket(ThreadingHTTPServer):
    """A local server of both files; `spoil` says what is wrong with what it sends."""

    spoil = ""
    requests = 0

    class Handler(BaseHTTPRequestHandler):
        server: "Bucket"

        def do_GET(self) -> None:  # noqa: N802
            self.server.requests += 1
            spoil = self.server.spoil
            content = {DETECTOR.name: DETECTOR_BYTES, LANDMARKS.name: LANDMARKS_BYTES}[
                self.path.strip("/")
            ]
            self.send_response(404 if spoil == "404" else 200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if spoil == "wrong":
                content = bytes(len(content))
            self.wfile.write(content[:-1000] if spoil == "cut" else content)

        def log_message(self, *args: object) -> None:
            pass


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    with Bucket(("127.0.0.1", 0), Bucket.Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        monkeypatch.setattr(facemodels, "BUCKET", f"http://127.0.0.1:{server.server_port}/")
        yield server
        server.shutdown()
        thread.join()


def assert_kept(models: FaceModels, home: Path) -> None:
    assert models.detector.read_bytes() == DETECTOR_BYTES
    assert models.landmarks.read_bytes() == LANDMARKS_BYTES
    assert sorted((home / "face-models").iterdir()) == [models.detector, models.landmarks]


@pytest.mark.parametrize("kind", ["package", "around the package", "flat", "wheel", "renamed"])
def test_from_a_given_place(kind: str, tmp_path: Path) -> None:
    source = mediapipe_folder(tmp_path / "given")
    if kind == "around the package":
        source = source.parent
    elif kind == "flat":
        source = tmp_path
        (tmp_path / DETECTOR.name).write_bytes(DETECTOR_BYTES)
        (tmp_path / LANDMARKS.name).write_bytes(LANDMARKS_BYTES)
    elif kind == "wheel":
        source = wheel(tmp_path)
    elif kind == "renamed":
        source = tmp_path / "bundle.task"
        with zipfile.ZipFile(source, "w") as archive:
            archive.writestr("other.tflite", bytes(len(DETECTOR_BYTES)))
            archive.writestr("face_detector.tflite", DETECTOR_BYTES)
            archive.writestr("face_landmarks_detector.tflite", LANDMARKS_BYTES)
    models = locate(source)
    assert_kept(models, tmp_path / "home")
    assert models.origin == str(source)


def test_a_given_place_that_does_not_serve_is_refused(tmp_path: Path, bucket: Bucket) -> None:
    cut = tmp_path / "cut.whl"
    cut.write_bytes(wheel(tmp_path).read_bytes()[:-500])
    other = tmp_path / "other.task"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("face_detector.tflite", b"another model")
    damaged = mediapipe_folder(tmp_path / "damaged", landmarks=bytes(len(LANDMARKS_BYTES)))
    for source, reason in (
        (tmp_path / "absent", "does not exist"),
        (tmp_path / "index", f"holds no {DETECTOR.name}"),
        (cut, "is not a whole wheel"),
        (other, "holds no file with the SHA-256"),
        (damaged, f"{LANDMARKS.name} .* expected SHA-256"),
    ):
        with pytest.raises(FetchError, match=reason):
            locate(source)
    assert bucket.requests == 0
    assert not (tmp_path / "home").exists()


def test_from_an_installed_package_without_importing_it(tmp_path: Path, bucket: Bucket) -> None:
    package = mediapipe_folder(tmp_path / "site-packages")
    models = locate()
    assert_kept(models, tmp_path / "home")
    assert models.origin == str(package)
    assert bucket.requests == 0


def test_from_the_bucket_then_from_the_kept_copy(tmp_path: Path, bucket: Bucket) -> None:
    models = locate()
    assert_kept(models, tmp_path / "home")
    assert models.origin == facemodels.BUCKET
    assert bucket.requests == 2

    assert locate().detector == models.detector
    assert bucket.requests == 2

    models.landmarks.write_bytes(b"damaged on disk")
    assert_kept(locate(), tmp_path / "home")
    assert bucket.requests == 4


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [("404", "404"), ("cut", "cut off after"), ("wrong", "expected SHA-256")],
)
def test_a_bad_download_is_never_kept(
    spoil: str, reason: str, tmp_path: Path, bucket: Bucket
) -> None:
    bucket.spoil = spoil
    with pytest.raises(FetchError, match=reason):
        locate()
    assert not (tmp_path / "home").exists()


def test_from_the_wheel_of_the_package_index_when_the_bucket_is_unreachable(tmp_path: Path) -> None:
    wheel(tmp_path / "index")
    models = locate()
    assert_kept(models, tmp_path / "home")
    assert facemodels.WHEEL in models.origin


def test_offline_the_error_lists_what_was_tried_and_what_would_work(tmp_path: Path) -> None:
    with pytest.raises(FetchError) as caught:
        locate()
    for part in (
        f"holds no {DETECTOR.name}",
        facemodels.BUCKET,
        f"pip download {facemodels.WHEEL}",
        str(tmp_path / "home" / "face-models"),
        "edge-lip setup --from",
    ):
        assert part in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file, not a folder")
    with pytest.raises(FetchError, match="EDGE_LIP_HOME"):
        locate(mediapipe_folder(tmp_path))


def test_setup_says_where_the_models_are_and_came_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = wheel(tmp_path)
    assert main(["setup", "--from", str(source)]) == 0
    printed = capsys.readouterr().out
    assert DETECTOR.name in printed
    assert LANDMARKS.name in printed
    assert str(source) in printed

    assert main(["setup"]) == 0
    assert f"kept in {tmp_path / 'home'}" in capsys.readouterr().out


def test_the_real_models_match_their_pins(face_models: FaceModels) -> None:
    for pin, path in ((DETECTOR, face_models.detector), (LANDMARKS, face_models.landmarks)):
        assert path.stat().st_size == pin.size
        assert path.read_bytes()[4:8] == b"TFL3"
