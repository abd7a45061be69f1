"""What `edge-lip cameras` and `edge-lip doctor` say of a camera that has two nodes."""

import json
from collections.abc import Iterator

from machines.guest.bench import Bench, Figure, equal, is_true


def play(bench: Bench) -> Iterator[Figure]:
    command = bench.host.command
    pictures, metadata = json.loads(bench.host.call(f"{command} cameras --json"))
    yield equal("of pictures", pictures["place"], "/dev/video0")
    yield equal("its formats", ", ".join(pictures["modes"]), "MJPG 640x480, YUYV 320x240")
    yield is_true("and no problem", not pictures["problem"], pictures["problem"])
    yield is_true("of metadata, and so told", "no pictures" in metadata["problem"])
    found = json.loads(bench.host.call(f"EDGE_LIP_RUN_CAMERA=0 {command} doctor --json"))
    (camera,) = (one for one in found if one["check"] == "camera")
    yield equal("doctor", camera["state"], "ok")
