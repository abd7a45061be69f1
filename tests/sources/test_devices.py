"""The cameras of a machine that is made up: a kernel's lists and answers, libcamera's cameras."""

import json
import struct
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from edge_lip.cli import main as cli
from edge_lip.sources import devices, v4l2
from edge_lip.sources.devices import cameras
from edge_lip.sources.v4l2 import Capability, query

WEBCAM = Capability("uvcvideo", "HD Webcam", True, ("MJPG 640x480 1280x720", "YUYV 640x480"))
MACHINE: dict[str, Capability | OSError] = {
    "video0": WEBCAM,
    "video1": Capability("uvcvideo", "HD Webcam", False, ()),
    "video2": PermissionError(13, "Permission denied"),
    "video10": Capability("unicam", "unicam", True, ("RG10",)),
    "video11": OSError(19, "No such device"),
}


def make_machine(folder: Path, found: dict[str, Capability | OSError]) -> dict[str, Any]:
    """Arguments of `cameras` for a machine with these devices."""
    for name in found:
        (folder / "sys" / name).mkdir(parents=True)
        (folder / "sys" / name / "name").write_text(f"the name of {name}\n")

    def ask(path: Path) -> Capability:
        answer = found[path.name]
        if isinstance(answer, OSError):
            raise answer
        return answer

    return {"sysfs": folder / "sys", "dev": Path("/dev"), "ask": ask}


@pytest.fixture
def no_picamera2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "picamera2", None)


@pytest.fixture
def picamera2(monkeypatch: pytest.MonkeyPatch) -> None:
    class Picamera2:
        @staticmethod
        def global_camera_info() -> list[dict[str, Any]]:
            return [
                {"Model": "imx708", "Location": 2, "Rotation": 180, "Id": "/base/i2c@1a", "Num": 0},
                {"Model": "Webcam", "Id": "/base/pcie/usb@1-1.2:1.0-046d:0825", "Num": 1},
            ]

    module = ModuleType("picamera2")
    module.Picamera2 = Picamera2  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "picamera2", module)


@pytest.mark.usefixtures("no_picamera2")
def test_every_device_with_what_can_be_done_with_it(tmp_path: Path) -> None:
    first, second, third, fourth, fifth = cameras(**make_machine(tmp_path, MACHINE))
    assert (first.camera, first.name, first.place) == ("0", "the name of video0", "/dev/video0")
    assert (first.modes, first.problem) == (WEBCAM.modes, "")
    assert "no pictures" in second.problem
    assert "usermod -aG video" in third.problem
    assert fourth.camera == "10" and "--camera csi" in fourth.problem
    assert fifth.problem == "No such device"


@pytest.mark.usefixtures("picamera2")
def test_csi_cameras_as_libcamera_counts_them(tmp_path: Path) -> None:
    (only,) = cameras(**make_machine(tmp_path, {}))
    assert (only.camera, only.name, only.place) == ("csi0", "imx708", "/base/i2c@1a")


Printed = pytest.CaptureFixture[str]


@pytest.mark.usefixtures("no_picamera2")
@pytest.mark.parametrize(
    ("machine", "code", "error"),
    [
        (MACHINE, 0, ""),
        ({"video1": MACHINE["video1"]}, 1, "no camera that can be read among 1"),
        ({}, 1, "no camera here"),
    ],
)
def test_the_command(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Printed,
    machine: dict[str, Capability | OSError],
    code: int,
    error: str,
) -> None:
    made = make_machine(tmp_path, machine)
    monkeypatch.setattr(devices, "cameras", lambda: cameras(**made))
    assert cli.main(["cameras"]) == code
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == len(machine)
    assert err.count("\n") == bool(error) and error in err
    assert cli.main(["cameras", "--json"]) == code
    listed = json.loads(capsys.readouterr().out)
    assert [device["camera"] for device in listed] == [name[5:] for name in machine]
    if machine is MACHINE:
        first = (
            "--camera 0     the name of video0 (/dev/video0)  MJPG 640x480 1280x720, YUYV 640x48"
        )
        assert out.startswith(first)
        assert listed[0]["modes"] == list(WEBCAM.modes)


@pytest.mark.usefixtures("no_picamera2")
def test_a_device_of_many_formats_has_a_line_of_bearable_length(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    modes = tuple(f"FM{k:02d} 320x180 640x360 640x480 1280x720 1920x1080" for k in range(60))
    made = make_machine(tmp_path, {"video0": Capability("vivid", "vivid", True, modes)})
    monkeypatch.setattr(devices, "cameras", lambda: cameras(**made))
    assert cli.main(["cameras"]) == 0
    out = capsys.readouterr().out
    assert len(out) < 400 and out.rstrip().endswith("1920x1080, and 56 more (--json lists them)")
    assert cli.main(["cameras", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["modes"] == list(modes)


def answering(
    driver_caps: int, own_caps: int, formats: dict[bytes, list[tuple[int, int]]] | None = None
) -> v4l2.Ioctl:
    """A kernel's side of the three questions: a webcam with two formats, or those given."""
    formats = formats or {b"MJPG": [(1280, 720), (640, 480)], b"YUYV": [(640, 480)]}

    def ioctl(_: int, request: int, data: bytearray) -> None:
        if request == v4l2.QUERYCAP:
            strings = struct.pack("16s32s32s", b"uvcvideo", b"HD Webcam: HD", b"usb-1")
            data[:92] = strings + struct.pack("III", 0x60000, driver_caps, own_caps)
            return
        index = struct.unpack_from("I", data)[0]
        if request == v4l2.ENUM_FMT:
            if index >= len(formats):
                raise OSError(22, "Invalid argument")
            data[44:48] = list(formats)[index]
        else:
            sizes = formats[bytes(data[4:8])]
            if index >= len(sizes):
                raise OSError(22, "Invalid argument")
            struct.pack_into("III", data, 8, 1, *sizes[index])

    return ioctl


EVERY = v4l2.DEVICE_CAPS | v4l2.VIDEO_CAPTURE


@pytest.mark.parametrize(
    ("driver_caps", "own_caps", "captures"),
    [
        (EVERY, v4l2.VIDEO_CAPTURE, True),
        (EVERY, 0x00800000, False),  # the metadata device beside the camera
        (v4l2.VIDEO_CAPTURE, 0, True),  # an old driver
    ],
)
def test_what_a_device_says_of_itself(
    tmp_path: Path, driver_caps: int, own_caps: int, captures: bool
) -> None:
    path = tmp_path / "video0"
    path.touch()
    found = query(path, answering(driver_caps, own_caps))
    assert (found.driver, found.card, found.captures) == ("uvcvideo", "HD Webcam: HD", captures)
    assert found.modes == (("MJPG 640x480 1280x720", "YUYV 640x480") if captures else ())


def test_the_top_bit_of_a_format_says_that_it_is_big_endian(tmp_path: Path) -> None:
    path = tmp_path / "video0"
    path.touch()
    formats = {b"Y16 ": [(640, 480)], b"Y16\xa0": [(640, 480)], b"AR1\xb5": [(640, 480)]}
    found = query(path, answering(EVERY, v4l2.VIDEO_CAPTURE, formats))
    assert found.modes == ("Y16 640x480", "Y16-BE 640x480", "AR15-BE 640x480")


def test_what_is_no_device(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        query(tmp_path / "video0")
    (tmp_path / "video0").touch()
    with pytest.raises(OSError, match="ioctl"):
        query(tmp_path / "video0")
