"""Where pictures come from: video files, folders, cameras, streams. All give frames with a time."""

from dataclasses import dataclass

from ..system.needs import Needs, SpecEntry

CAMERA = Needs(devices=("char-video4linux",), groups=("video",))
CSI = Needs(devices=(*CAMERA.devices, "char-media", "char-dma_heap"), groups=CAMERA.groups)
"""libcamera opens the graph that a sensor is part of, too, and memory for its pictures."""

CHEAP, DEAR = 0.5, 4.0
"""Seconds between attempts to open a lost source. A camera that is not there is a name that is not
in `/dev`, which costs nothing; to look for a ribbon cable's or to knock at an address does."""


@dataclass(frozen=True, kw_only=True)
class SourceEntry(SpecEntry):
    """A kind of source that is no path."""

    outside: bool = True
    """Whether frames come from outside, where nobody waits until the one before is read."""
    again: float | None = None
    """Seconds at most between two attempts to open one that was lost; None where it can't be opened
    again."""


SOURCES = {
    "camera:csi": SourceEntry(
        "edge_lip.sources.csi:CsiCamera",
        "a camera module of a Raspberry Pi",
        spec="camera:csi",
        needs=CSI,
        again=DEAR,
    ),
    "camera:": SourceEntry(
        "edge_lip.sources.camera:Camera", "a camera", spec="camera:N", needs=CAMERA, again=CHEAP
    ),
    "raw:": SourceEntry("edge_lip.sources.raw:Raw", "raw frames", spec="raw:FILE"),
    "talker:": SourceEntry(
        "edge_lip.sources.talker:Talker", "a rendered person", spec="talker:TEXT", outside=False
    ),
}
"""By what a spec begins with, the first that fits; each is made from what follows."""
STDIN = SourceEntry("edge_lip.sources.stdin:StandardInput", "standard input", spec="-")
URL = SourceEntry(
    "edge_lip.sources.url:Url",
    "an address",
    spec="rtsp://...",
    needs=Needs(network=True),
    again=DEAR,
)
"""These two are made from the whole spec."""
ROTATIONS = {"0": 0, "90": 90, "180": 180, "270": 270}
"""By which the pictures of any source can be turned: degrees, clockwise."""
FLIPS = ("horizontal", "vertical")
"""How they can be mirrored: left for right, top for bottom."""
