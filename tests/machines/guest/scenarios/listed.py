"""What `edge-lip cameras` and `edge-lip doctor` say of a camera that has two nodes."""

import json
from collections.abc import Iterator

from machines.guest.bench import Bench, Figure, equal, is_true


def play(bench: Bench) -> Iterator[Figure]:
    command = bench.host.command
    found = json.loads(bench.host.call(f"{command} cameras --json"))
    pictures = next(one for one in found if one["place"] == "/dev/video0")
    formats = ", ".join(pictures["modes"])
    if bench.talks:
        yield equal("its formats", formats, "MJPG 640x480, YUYV 320x240")
        (metadata,) = (one for one in found if one is not pictures)
        yield is_true("of metadata, and so told", "no pictures" in metadata["problem"])
    else:
        yield is_true("its formats", bool(formats), formats)
    yield is_true("and no problem", not pictures["problem"], pictures["problem"])
    found = json.loads(bench.host.call(f"EDGE_LIP_RUN_CAMERA=0 {command} doctor --json"))
    (camera,) = (one for one in found if one["check"] == "camera")
    yield equal("doctor", camera["state"], "ok")
