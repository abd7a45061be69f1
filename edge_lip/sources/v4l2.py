"""What a Video4Linux device says of itself.

Structures and numbers are those of linux/videodev2.h, which are the same on every architecture.
"""

import fcntl
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

VIDEO_CAPTURE = 0x00000001
DEVICE_CAPS = 0x80000000
_CAPABILITY = struct.Struct("16s32s32sIII12x")
_FORMAT = struct.Struct("III32s4sI12x")
_FRAME_SIZE = struct.Struct("I4sI24x8x")
_MOST = 64
"""Formats of a device, and sizes of a format: a driver that counts on without end is stopped."""

Ioctl = Callable[[int, int, bytearray], object]


def _request(direction: int, number: int, size: int) -> int:
    """The number of an ioctl, as the kernel's _IOR (2) and _IOWR (3) make it."""
    return direction << 30 | size << 16 | ord("V") << 8 | number


QUERYCAP = _request(2, 0, _CAPABILITY.size)
ENUM_FMT = _request(3, 2, _FORMAT.size)
ENUM_FRAMESIZES = _request(3, 74, _FRAME_SIZE.size)


@dataclass(frozen=True)
class Capability:
    """Of one device."""

    driver: str
    card: str
    """The name of the camera."""
    captures: bool
    """Whether pictures can be had from it: half of the devices are for metadata, coding, output."""
    modes: tuple[str, ...]
    """Formats with their sizes, such as `MJPG 640x480 1280x720`."""


def query(path: Path, ioctl: Ioctl = fcntl.ioctl) -> Capability:
    """Ask the device at `path`; raises `OSError` when it can't be opened or does not answer."""
    device = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    try:
        data = bytearray(_CAPABILITY.size)
        ioctl(device, QUERYCAP, data)
        driver, card, _, _, every, own = _CAPABILITY.unpack(data)
        # A driver that knows tells what this device does, and not all of its like together.
        captures = bool((own if every & DEVICE_CAPS else every) & VIDEO_CAPTURE)
        modes = _modes(device, ioctl) if captures else ()
        return Capability(_text(driver), _text(card), captures, modes)
    finally:
        os.close(device)


def _modes(device: int, ioctl: Ioctl) -> tuple[str, ...]:
    modes = []
    for index in range(_MOST):
        data = bytearray(_FORMAT.pack(index, VIDEO_CAPTURE, 0, b"", b"", 0))
        try:
            ioctl(device, ENUM_FMT, data)
        except OSError:  # there is no format of this index
            break
        code = _FORMAT.unpack(data)[4]
        modes.append(" ".join([_fourcc(code), *_sizes(device, code, ioctl)]))
    return tuple(modes)


def _sizes(device: int, code: bytes, ioctl: Ioctl) -> list[str]:
    """Width and height of each size, smallest first; none where any size will do."""
    sizes = set()
    for index in range(_MOST):
        data = bytearray(_FRAME_SIZE.pack(index, code, 0))
        try:
            ioctl(device, ENUM_FRAMESIZES, data)
        except OSError:
            break
        kind, width, height = struct.unpack_from("III", data, 8)
        if kind != 1:  # not a size of its own, but a range of them
            break
        sizes.add((width, height))
    return [f"{width}x{height}" for width, height in sorted(sizes)]


def _fourcc(code: bytes) -> str:
    """The four letters of a format; the top bit of the last says that it is big-endian."""
    letters = _text(code[:3] + bytes([code[3] & 0x7F]))
    return f"{letters}-BE" if code[3] & 0x80 else letters


def _text(data: bytes) -> str:
    return data.split(b"\0")[0].decode(errors="replace").strip()
