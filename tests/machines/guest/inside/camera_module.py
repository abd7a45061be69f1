"""`edge-lip`, with Picamera2 on libcamera's virtual camera in the place of a Raspberry Pi's.

    camera_module.py [--as-it-is] WORDS ...
    camera_module.py --script PROGRAM

WORDS are those of `edge-lip`, of which nothing is changed. What libcamera 0.4 and its virtual
camera lack for Picamera2 is made up for: each function tells what. `--as-it-is` leaves out the
image processor, so that pictures are NV12. PROGRAM is one in Python that uses edge-lip.
"""

import inspect
import runpy
import sys
import textwrap
import time
import types
from typing import Any

import cv2
import libcamera
import picamera2.picamera2 as module
from picamera2 import Picamera2
from picamera2.allocators import dmaallocator
from picamera2.request import CompletedRequest

from edge_lip.cli.main import main

PERIOD = 1 / 25
REPEAT = 4
"""Times that the virtual camera shows each picture."""


def give_raw_modes() -> None:
    """It has no raw stream, by which Picamera2 tells how large the sensor is."""

    def modes(self: Any) -> list[dict[str, Any]]:
        roles = [libcamera.StreamRole.VideoRecording]
        formats = self.camera.generate_configuration(roles).at(0).formats
        return [
            {"format": str(one), "size": (size.width, size.height)}
            for one in formats.pixel_formats
            for size in formats.sizes(one)
        ]

    Picamera2._get_raw_modes = modes


def split_planes() -> None:
    """It wants brightness and colour as two planes, and Picamera2 makes buffers of one."""

    def buffer(planes: list[Any]) -> Any:
        (first,) = planes
        if first.length * 2 % 3:
            return libcamera.FrameBuffer(planes)
        whole = first.length
        first.length = whole * 2 // 3
        second = libcamera.FrameBuffer.Plane()
        second.fd, second.offset, second.length = first.fd, first.length, whole - first.length
        return libcamera.FrameBuffer([first, second])

    buffer.Plane = libcamera.FrameBuffer.Plane  # type: ignore[attr-defined]
    dmaallocator.libcamera = types.SimpleNamespace(FrameBuffer=buffer)


def pace() -> None:
    """It gives pictures as fast as they are asked for, each `REPEAT` times: one of these is kept,
    when it is due. Nor does it say that they are whole, which Picamera2 looks at."""
    begin, numbers, due = CompletedRequest.__init__, [0], [0.0]

    def paced(self: Any, *words: Any) -> None:
        self.number = numbers[0]
        numbers[0] += 1
        if self.number % REPEAT == 0:
            now = time.monotonic()
            due[0] = max(due[0] + PERIOD, now - PERIOD)
            time.sleep(max(0.0, due[0] - now))
        begin(self, *words)

    CompletedRequest.__init__ = paced
    whole = (
        "next(iter(req.request.buffers.values())).metadata.status"
        " == libcamera.FrameMetadata.Status.Success"
    )
    source = textwrap.dedent(inspect.getsource(Picamera2.process_requests))
    assert whole in source, "another Picamera2"
    exec(source.replace(whole, f"req.number % {REPEAT} == 0"), module.__dict__)
    Picamera2.process_requests = module.__dict__["process_requests"]


def convert() -> None:
    """A Raspberry Pi's image processor gives the format that was asked for."""
    plain, told = CompletedRequest.make_array, Picamera2.camera_configuration

    def make_array(self: Any, name: str) -> Any:
        return cv2.cvtColor(plain(self, name), cv2.COLOR_YUV2BGR_NV12)

    def camera_configuration(self: Any, *words: Any) -> Any:
        configuration = dict(told(self, *words))
        configuration["main"] = configuration["main"] | {"format": "RGB888"}
        return configuration

    CompletedRequest.make_array = make_array
    Picamera2.camera_configuration = camera_configuration


if __name__ == "__main__":
    words = sys.argv[1:]
    give_raw_modes()
    split_planes()
    pace()
    if words[0] == "--as-it-is":
        sys.exit(main(words[1:]))
    convert()
    if words[0] == "--script":
        runpy.run_path(words[1])
    else:
        sys.exit(main(words))
