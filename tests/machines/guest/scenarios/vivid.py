"""The kernel's own test driver of cameras: sixty formats, no MJPG, its times lie in the future."""

import json
from collections.abc import Iterator

from machines.guest.bench import Bench, Figure, equal, is_true

LOAD = "sudo modprobe vivid n_devs=1 node_types=0x1"
FRAMES = 60
ROOM = 500
"""Characters that a camera's line may have."""
READ = f"""
import itertools, json
from edge_lip.sources.specs import open_source
with open_source("camera:{{}}") as source:
    frames = list(itertools.islice(source, {FRAMES}))
times = [frame.time for frame in frames]
print(json.dumps(dict(shape=frames[0].image.shape, seconds=times[-1] - times[0],
    dropped=sum(frame.dropped for frame in frames),
    grows=all(a < b for a, b in zip(times, times[1:])))))
"""


def play(bench: Bench) -> Iterator[Figure]:
    host, command = bench.host, bench.host.command
    host.call(LOAD)
    try:
        found = json.loads(host.call(f"{command} cameras --json"))
        (camera,) = (one for one in found if "vivid" in one["name"])
        yield is_true("formats", len(camera["modes"]) > 50, str(len(camera["modes"])))
        odd = [mode for mode in camera["modes"] if not mode.isascii() or not mode.isprintable()]
        yield equal("that can't be printed", str(len(odd)), "0")
        listed = host.call(f"{command} cameras")
        (line,) = (one for one in listed.splitlines() if "vivid" in one)
        yield is_true("its line has characters", len(line) <= ROOM, str(len(line)))
        doctor = host.call(f"EDGE_LIP_RUN_CAMERA={camera['camera']} {command} doctor", check=False)
        (line,) = (one for one in doctor.splitlines() if " camera " in one)
        yield equal("doctor", line.split()[0], "ok")
        python = command.replace("bin/edge-lip", "bin/python")
        host.write("/run/read.py", READ.replace("{}", camera["camera"]))
        seen = json.loads(host.call(f"{python} /run/read.py").splitlines()[-1])
        yield equal("pictures", str(seen["shape"]), "[480, 640, 3]")
        rate = (FRAMES - 1 + seen["dropped"]) / seen["seconds"]
        yield Figure("pictures a second", rate, 20 < rate < 35, "25 to 30")
        yield is_true("times grow", seen["grows"])
    finally:
        host.call("sudo modprobe -r vivid", check=False)
