"""The cameras of this machine."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..errors import SourceError
from .csi import import_picamera2
from .v4l2 import Capability, query

SYSFS = Path("/sys/class/video4linux")
DEV = Path("/dev")
CSI_DRIVERS = ("unicam", "bcm2835-isp", "rp1-cfe", "pispbe")
"""Of the Raspberry Pi's own camera interface: its devices give raw sensor data, or need programs of
their own; `--camera csi` is how to read them."""
PERMISSION = "no permission: sudo usermod -aG video $USER, then log in again"


@dataclass(frozen=True)
class Device:
    """One camera, or what looks like one."""

    camera: str
    """What to say after `--camera`."""
    name: str
    place: str
    """`/dev/video0`, or libcamera's name for it."""
    modes: tuple[str, ...] = ()
    """Formats with their sizes, such as `MJPG 640x480 1280x720`; none where they are not known."""
    problem: str = ""
    """Why it can't be read; empty where it can."""


def cameras(
    sysfs: Path = SYSFS,
    dev: Path = DEV,
    ask: Callable[[Path], Capability] = query,
) -> list[Device]:
    """Every video device of Linux, then the CSI cameras that libcamera finds; nothing is opened for
    pictures. `sysfs`, `dev`, `ask`: where the kernel lists them, and how one is asked."""
    numbers = sorted(int(path.name.removeprefix("video")) for path in sysfs.glob("video[0-9]*"))
    return [_device(number, sysfs, dev, ask) for number in numbers] + _csi_cameras()


def _device(number: int, sysfs: Path, dev: Path, ask: Callable[[Path], Capability]) -> Device:
    path = dev / f"video{number}"
    try:
        name = (sysfs / path.name / "name").read_text().strip()
    except OSError:
        name = path.name
    try:
        found = ask(path)
    except PermissionError:
        return Device(str(number), name, str(path), problem=PERMISSION)
    except OSError as error:
        return Device(str(number), name, str(path), problem=error.strerror or str(error))
    problem = ""
    if not found.captures:
        problem = "gives no pictures: metadata, coding or output"
    elif found.driver in CSI_DRIVERS:
        problem = "part of the CSI camera: use --camera csi"
    return Device(str(number), name, str(path), found.modes, problem)


def _csi_cameras() -> list[Device]:
    try:
        found = import_picamera2().Picamera2.global_camera_info()
    except SourceError:  # no picamera2: no CSI camera that could be read
        return []
    return [
        Device(f"csi{index}", info.get("Model", "camera"), info["Id"])
        for index, info in enumerate(found)
        if "/usb" not in info["Id"]  # a USB camera, which is among the video devices already
    ]
