"""Cameras through OpenCV and through Picamera2: what is asked of them, and what can go wrong."""

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import cv2
import numpy as np
import pytest

from edge_lip.errors import SourceError, UsageError
from edge_lip.sources import camera
from edge_lip.sources.camera import Camera
from edge_lip.sources.capture import follow
from edge_lip.sources.csi import CsiCamera
from edge_lip.sources.frame import Frame
from edge_lip.sources.health import Notice
from edge_lip.sources.specs import open_source


class FakeCapture:
    """A camera that gives three pictures, if any."""

    def __init__(self, opened: bool = True, left: int = 3) -> None:
        self.left, self.opened = left, opened
        self.asked: dict[int, float] = {}
        self.released = False

    def isOpened(self) -> bool:  # noqa: N802, OpenCV's name
        return self.opened

    def set(self, prop: int, value: float) -> bool:
        self.asked[prop] = value
        return False

    def get(self, _: int) -> float:
        return 0.0

    def read(self) -> tuple[bool, np.ndarray | None]:
        self.left -= 1
        return (True, np.zeros((4, 4, 3), np.uint8)) if self.left >= 0 else (False, None)

    def release(self) -> None:
        self.released = True


Given = list[tuple[object, int]]


@pytest.fixture
def plug(monkeypatch: pytest.MonkeyPatch) -> Callable[[FakeCapture], Given]:
    """Puts a camera where OpenCV looks for one; gives what it is asked to open."""

    def plug(fake: FakeCapture) -> Given:
        given: Given = []

        def open_fake(device: object, backend: int) -> FakeCapture:
            given.append((device, backend))
            return fake

        monkeypatch.setattr(cv2, "VideoCapture", open_fake)
        return given

    return plug


Plug = Callable[[FakeCapture], Given]


def test_a_camera_is_live_until_it_is_unplugged(plug: Plug) -> None:
    plug(FakeCapture())
    source = Camera("0")
    assert source.live and source.name == "camera:0"
    frames = iter(source)
    times = [next(frames).time for _ in range(3)]
    assert times == sorted(set(times)) and times[0] >= 0
    with pytest.raises(SourceError, match="plugged in"):
        next(frames)


def test_opened_by_its_spec_it_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    cameras = iter([FakeCapture(), FakeCapture(left=1000000)])
    monkeypatch.setattr(cv2, "VideoCapture", lambda *_: next(cameras))
    source = open_source("camera:0")
    assert source.live and source.name == "camera:0"
    items = follow(source)
    notices: list[str] = []
    while len(notices) < 2:
        item = next(items)
        if isinstance(item, Notice):
            notices.append(item.text)
    assert "plugged in? trying again" in notices[0].replace(";", "")
    assert "is back" in notices[1]
    assert isinstance(next(items), Frame)
    source.close()


@pytest.mark.parametrize(
    ("spec", "opened", "wanted"),
    [
        ("2", 2, (640, 480, 30, "MJPG")),
        ("/dev/v4l/by-id/usb-x", "/dev/v4l/by-id/usb-x", (640, 480, 30, "MJPG")),
        ("0?size=1280x720&fps=60", 0, (1280, 720, 60, "MJPG")),
        ("0?format=YUYV", 0, (640, 480, 30, "YUYV")),
    ],
)
def test_what_is_asked_of_a_camera(
    plug: Plug, spec: str, opened: object, wanted: tuple[int, int, float, str]
) -> None:
    fake = FakeCapture()
    given = plug(fake)
    source = Camera(spec)
    assert given[0][0] == opened
    if sys.platform.startswith("linux"):
        assert given[0][1] == cv2.CAP_V4L2
    width, height, fps, code = wanted
    assert fake.asked == {
        cv2.CAP_PROP_FOURCC: cv2.VideoWriter.fourcc(*code),
        cv2.CAP_PROP_FRAME_WIDTH: width,
        cv2.CAP_PROP_FRAME_HEIGHT: height,
        cv2.CAP_PROP_FPS: fps,
    }
    assert next(iter(fake.asked)) == cv2.CAP_PROP_FOURCC
    source.close()
    assert fake.released


@pytest.mark.parametrize(
    ("exists", "allowed", "reason"),
    [(False, False, "no /dev/video7"), (True, False, "usermod"), (True, True, "in use")],
)
def test_why_a_camera_can_not_be_opened(
    plug: Plug, monkeypatch: pytest.MonkeyPatch, exists: bool, allowed: bool, reason: str
) -> None:
    plug(FakeCapture(opened=False))
    monkeypatch.setattr(camera.sys, "platform", "linux")
    monkeypatch.setattr(camera.Path, "exists", lambda _: exists)
    monkeypatch.setattr(camera.os, "access", lambda *_: allowed)
    with pytest.raises(SourceError, match=reason):
        open_source("camera:7")


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("front", "give a number"),
        ("", "give a number"),
        ("0?size=big", "size is WIDTHxHEIGHT"),
        ("0?fps=0", "fps is a number from 1"),
        ("0?format=JPEGS", "four letters"),
        ("0?zoom=2", "no 'zoom', only size, fps, format"),
        ("csix", "camera:csi1"),
        ("csi?format=YUYV", "no 'format', only size, fps"),
    ],
)
def test_calls_that_are_no_camera(spec: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        open_source(f"camera:{spec}")


class FakeRequest:
    """One frame of libcamera's; counts how many are held."""

    held = 0

    def __init__(self, timestamp: int) -> None:
        self._timestamp = timestamp
        FakeRequest.held += 1

    def make_array(self, name: str) -> np.ndarray:
        assert name == "main"
        return np.zeros((480, 640, 3), np.uint8)

    def get_metadata(self) -> dict[str, Any]:
        return {"SensorTimestamp": self._timestamp, "ExposureTime": 10000}

    def release(self) -> None:
        FakeRequest.held -= 1


class FakePicamera2:
    """The part of Picamera2's interface that is used, with three frames to give."""

    cameras: list["FakePicamera2"] = []
    sensor_resolution = (4608, 2592)

    def __init__(self, camera_num: int = 0) -> None:
        if camera_num > 1:
            raise RuntimeError(f"No camera number {camera_num} found")
        self.camera_num = camera_num
        self.state: list[str] = []
        self.waits: list[float] = []
        self.error: Exception = TimeoutError()
        self.stamps = [1_000_033_000_000, 1_000_066_000_000, 1_000_100_000_000]
        self.cameras.append(self)

    def create_video_configuration(
        self, main: dict[str, Any], raw: dict[str, Any], controls: dict[str, Any]
    ) -> dict[str, Any]:
        return {"main": main, "raw": raw, "controls": controls}

    def configure(self, configuration: dict[str, Any]) -> None:
        self.configuration = configuration
        self.state.append("configured")

    def camera_configuration(self) -> dict[str, Any]:
        return self.configuration

    def start(self) -> None:
        self.state.append("started")

    def capture_request(self, wait: float) -> FakeRequest:
        self.waits.append(wait)
        if not self.stamps:
            raise self.error
        return FakeRequest(self.stamps.pop(0))

    def cancel_all_and_flush(self) -> None:
        self.state.append("cancelled")

    def close(self) -> None:
        self.state.append("closed")


@pytest.fixture
def picamera2(monkeypatch: pytest.MonkeyPatch) -> type[FakePicamera2]:
    module = ModuleType("picamera2")
    module.Picamera2 = FakePicamera2  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "picamera2", module)
    monkeypatch.setattr(FakePicamera2, "cameras", [])
    return FakePicamera2


def test_a_csi_camera_is_timed_by_its_sensor(picamera2: type[FakePicamera2]) -> None:
    now = iter([1000.0, 1000.04, 1000.075, 1000.11])
    source = CsiCamera("1?size=1280x720&fps=25", lambda: next(now))
    (opened,) = picamera2.cameras
    assert source.live and source.name == "camera:csi1" and opened.camera_num == 1
    assert opened.state == ["configured", "started"]
    assert opened.configuration == {
        "main": {"format": "RGB888", "size": (1280, 720)},
        "raw": {"size": (2304, 1296)},
        "controls": {"FrameDurationLimits": (40000, 40000)},
    }
    frames = iter(source)
    assert [next(frames).time for _ in range(3)] == pytest.approx([0.033, 0.066, 0.1])
    with pytest.raises(SourceError, match=r"camera:csi1 gives no more pictures.*within 2 s\)$"):
        next(frames)
    assert opened.waits == [5, 2, 2, 2]  # the first frame may take longer
    assert FakeRequest.held == 0
    source.close()
    assert opened.state[-2:] == ["cancelled", "closed"]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (TimeoutError(), "none came within 5 s"),
        (RuntimeError("Camera frontend has timed out!"), "Camera frontend has timed out!"),
        (AssertionError(), "AssertionError"),
    ],
)
def test_a_csi_camera_without_a_first_frame(
    picamera2: type[FakePicamera2], error: Exception, reason: str
) -> None:
    source = CsiCamera("")
    picamera2.cameras[0].stamps, picamera2.cameras[0].error = [], error
    with pytest.raises(SourceError, match=rf"loose\? \({reason}\)$"):
        next(iter(source))


def test_a_csi_camera_that_gives_another_format_is_handed_back(
    picamera2: type[FakePicamera2], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"main": {"format": "NV12", "size": (640, 480)}}
    monkeypatch.setattr(picamera2, "camera_configuration", lambda _: given)
    with pytest.raises(SourceError, match="camera:csi gives pictures as NV12, and not as RGB888"):
        CsiCamera("")
    assert picamera2.cameras[0].state == ["configured", "closed"]


def test_a_csi_camera_that_is_not_there(picamera2: type[FakePicamera2]) -> None:
    with pytest.raises(SourceError, match="camera:csi7 can't be opened: No camera number 7"):
        open_source("camera:csi7")


def test_a_csi_camera_that_does_not_start_is_handed_back(
    picamera2: type[FakePicamera2], monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_: object) -> None:
        raise RuntimeError("Failed to acquire camera: Device or resource busy")

    monkeypatch.setattr(picamera2, "start", busy)
    with pytest.raises(SourceError, match="Device or resource busy"):
        CsiCamera("")
    assert picamera2.cameras[0].state[-1] == "closed"


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (ModuleNotFoundError("No module named 'picamera2'"), "apt install python3-picamera2"),
        (ModuleNotFoundError("No module named 'libcamera'"), "--system-site-packages"),
        (ValueError("numpy.dtype size changed, may indicate"), "numpy<2"),
    ],
)
def test_without_picamera2(monkeypatch: pytest.MonkeyPatch, error: Exception, advice: str) -> None:
    class Finder:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "picamera2":
                raise error

    monkeypatch.delitem(sys.modules, "picamera2", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Finder(), *sys.meta_path])
    with pytest.raises(SourceError, match=advice):
        open_source("camera:csi")
