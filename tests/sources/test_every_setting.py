"""Every setting of every source: it does what it says, or is refused in a line."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import cv2
import numpy as np
import pytest
from support.films import UPRIGHT, corners, scene

from edge_lip.errors import UsageError
from edge_lip.sources import SOURCES, STDIN, URL, camera, stdin, url
from edge_lip.sources.frame import Picture
from edge_lip.sources.specs import expand, open_source

FRAMES = 12


class FakeFilm:
    """What FFmpeg would have opened: scenes at 25 a second."""

    fps, trouble = 25.0, ""

    def __init__(self, ends: bool = True) -> None:
        self.ends = ends

    def __iter__(self) -> Iterator[Picture]:
        for index in range(FRAMES):
            yield Picture(scene(index), index / 25)

    def at_once(self) -> bool:
        return False

    def close(self) -> None: ...


class FakeCapture:
    """A USB camera that remembers what it was asked for."""

    asked: dict[int, float] = {}

    def isOpened(self) -> bool:  # noqa: N802, OpenCV's name
        return True

    def set(self, prop: int, value: float) -> bool:
        self.asked[prop] = value
        return True

    def get(self, _: int) -> float:
        return 0.0

    def read(self) -> tuple[bool, np.ndarray]:
        return True, scene(0)

    def release(self) -> None: ...


class FakePicamera2:
    """A CSI camera that remembers what it was asked for."""

    sensor_resolution = (4608, 2592)
    asked: dict[str, Any] = {}

    def __init__(self, _: int) -> None: ...

    def create_video_configuration(self, controls: dict[str, Any], **_: object) -> None:
        FakePicamera2.asked = controls

    def configure(self, _: object) -> None: ...

    def camera_configuration(self) -> dict[str, dict[str, str]]:
        return {"main": {"format": "RGB888"}}

    def start(self) -> None: ...

    def capture_request(self, wait: float) -> "FakePicamera2":
        return self

    def make_array(self, _: str) -> np.ndarray:
        return scene(0)

    def get_metadata(self) -> dict[str, Any]:
        return {}

    def release(self) -> None: ...

    def close(self) -> None: ...


@pytest.fixture
def specs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A spec of each kind of source, all of which show scenes."""
    folder, depth = tmp_path / "pictures", tmp_path / "depth"
    film = tmp_path / "film.avi"
    writer = cv2.VideoWriter(str(film), cv2.VideoWriter.fourcc(*"MJPG"), 25, (128, 96))
    for one in (folder, depth):
        one.mkdir()
    for index in range(FRAMES):
        cv2.imwrite(str(folder / f"{index}.png"), scene(index))
        cv2.imwrite(str(depth / f"color_{index:03d}.png"), scene(index))
        cv2.imwrite(str(depth / f"depth_{index:03d}.png"), scene(index)[..., 0])
        writer.write(scene(index))
    writer.release()
    raw = tmp_path / "film.bgr"
    raw.write_bytes(b"".join(scene(index).tobytes() for index in range(FRAMES)))
    monkeypatch.setattr(stdin, "check_stdin", lambda: None)
    monkeypatch.setattr(stdin, "open_film", lambda _: FakeFilm())
    monkeypatch.setattr(url, "open_film", lambda address, _: FakeFilm("film" in address))
    monkeypatch.setattr(camera.cv2, "VideoCapture", lambda *_: FakeCapture())
    picamera2 = ModuleType("picamera2")
    picamera2.Picamera2 = FakePicamera2  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "picamera2", picamera2)
    return {
        "pictures": str(folder),
        "depth": str(depth),
        "raw": f"raw:{raw}?size=128x96",
        "raw live": f"raw:{raw}?size=128x96&live=1",
        "stdin": "-",
        "stdin live": "-?live=1",
        "address": "http://there/film",
        "address live": "rtsp://there/live",
        "camera": "camera:0",
        "csi": "camera:csi",
    }


RECORDED = ("pictures", "depth", "raw", "stdin", "address")
LIVE = ("raw live", "stdin live", "address live", "camera", "csi")
KINDS = (*RECORDED, *LIVE)


def first(spec: str, **how: Any) -> np.ndarray:
    with open_source(spec, **how) as source:
        return next(iter(source)).image


def test_no_source_is_missing(specs: dict[str, str]) -> None:
    """A talker is not turned otherwise than others, and is in a test of its own."""
    kinds = {entry.spec.partition(":")[0] for entry in (*SOURCES.values(), STDIN)} | {"address"}
    assert URL.spec.startswith("rtsp:")
    told = {"camera": "camera", "-": "stdin", "raw": "raw", "address": "address"}
    assert {told[kind] for kind in kinds - {"talker"}} <= set(specs)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("how", "shown"),
    [
        ({"rotate": 90}, [2, 0, 3, 1]),
        ({"rotate": "180"}, [3, 2, 1, 0]),
        ({"rotate": 270}, [1, 3, 0, 2]),
        ({"flip": "horizontal"}, [1, 0, 3, 2]),
        ({"rotate": 180, "flip": "vertical"}, [1, 0, 3, 2]),
        ({"rotate": 90, "flip": "horizontal"}, [0, 2, 1, 3]),
        ({"rotate": 0}, [0, 1, 2, 3]),
    ],
    ids=str,
)
def test_every_source_can_be_turned(
    specs: dict[str, str], kind: str, how: dict[str, Any], shown: list[int]
) -> None:
    """By an option, and behind the question mark of whatever is no address."""
    wanted = pytest.approx([UPRIGHT[one] for one in shown], abs=4)
    spec = specs[kind]
    assert corners(first(spec, **how)) == wanted
    if "address" not in kind:
        settings = "&".join(f"{key}={value}" for key, value in how.items())
        assert corners(first(f"{spec}{'&' if '?' in spec else '?'}{settings}")) == wanted


@pytest.mark.parametrize("kind", RECORDED)
def test_every_recording_is_played_as_fast_as_is_said(specs: dict[str, str], kind: str) -> None:
    with open_source(specs[kind], fps=10) as source:
        assert [frame.time for frame in source] == pytest.approx(np.arange(FRAMES) / 10)


def _of_camera() -> float:
    return FakeCapture.asked[cv2.CAP_PROP_FPS]


def _of_csi() -> float:
    return 1e6 / FakePicamera2.asked["FrameDurationLimits"][0]


@pytest.mark.parametrize(("kind", "asked"), [("camera", _of_camera), ("csi", _of_csi)])
def test_every_camera_is_asked_for_so_many(
    specs: dict[str, str], kind: str, asked: Callable[[], float]
) -> None:
    first(specs[kind], fps=12.5)
    assert asked() == pytest.approx(12.5)


def test_a_live_address_has_its_own_rate(specs: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="rtsp://there/live is live.*leave out --fps"):
        open_source(specs["address live"], fps=10)


@pytest.mark.parametrize("kind", RECORDED)
def test_every_recording_can_be_played_in_real_time(specs: dict[str, str], kind: str) -> None:
    with open_source(specs[kind], fps=1000, realtime=True) as source:
        assert source.live


@pytest.mark.parametrize("kind", LIVE)
def test_what_is_live_is_not_played(specs: dict[str, str], kind: str) -> None:
    with pytest.raises(UsageError, match="is live as it is: --realtime is for recordings"):
        open_source(specs[kind], realtime=True)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "address" not in kind])
@pytest.mark.parametrize("settings", ["rotate=45", "flip=up", "colour=1"])
def test_what_no_source_has_is_refused(specs: dict[str, str], kind: str, settings: str) -> None:
    spec = specs[kind]
    with pytest.raises(UsageError) as caught:
        open_source(f"{spec}{'&' if '?' in spec else '?'}{settings}")
    assert "\n" not in str(caught.value) and settings.partition("=")[0] in str(caught.value)


@pytest.mark.parametrize("kind", ["pictures", "raw", "stdin", "camera", "csi"])
@pytest.mark.parametrize("setting", [{"fps": 10}, {"rotate": 90}, {"flip": "vertical"}], ids=str)
def test_what_is_said_twice_is_refused(
    specs: dict[str, str], kind: str, setting: dict[str, Any]
) -> None:
    spec = specs[kind]
    ((key, value),) = setting.items()
    with pytest.raises(UsageError, match=f"has its {key} already"):
        open_source(f"{spec}{'&' if '?' in spec else '?'}{key}={value}", **setting)


def test_a_talker_is_rendered_as_fast_and_turned_as_others() -> None:
    spec = "talker:hi?seed=3&size=64x48"
    with open_source(spec, fps=50) as talker:
        times = [frame.time for frame in talker]
    assert times == pytest.approx(np.arange(len(times)) / 50)
    upright = first(spec)
    assert np.array_equal(first(spec, rotate=180), upright[::-1, ::-1])
    assert np.array_equal(first(f"{spec}&flip=horizontal"), upright[:, ::-1])
    with pytest.raises(UsageError, match="is live as it is"):
        open_source(f"{spec}&loop=1", realtime=True)


def test_depth_is_turned_with_its_picture(specs: dict[str, str]) -> None:
    with open_source(specs["depth"], rotate=90) as source:
        frame = next(iter(source))
    assert frame.depth is not None and frame.depth.shape == frame.image.shape[:2] == (128, 96)
    assert corners(frame.depth) == corners(frame.image)


def test_the_settings_of_a_folder_are_those_of_its_clips(
    tmp_path: Path, specs: dict[str, str]
) -> None:
    assert expand(f"{tmp_path}?rotate=90&fps=10") == [f"{tmp_path / 'film.avi'}?rotate=90&fps=10"]
