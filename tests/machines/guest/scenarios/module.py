"""A camera module of a Raspberry Pi, as far as libcamera's virtual camera goes: Picamera2 and
`edge_lip/sources/csi.py` are what they are, and `inside/camera_module.py` is what lies between."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from machines.guest.bench import MODEL, Bench, Figure, equal, is_true
from machines.guest.host import FOLDER, Host
from machines.guest.system import CAMERA_MODULE

CONFIGURATION = "/usr/share/libcamera/pipeline/virtual/virtual.yaml"
PICTURES = "/var/tmp/virtual"
CAMERA = f"""
"Virtual0":
  supported_formats:
  - width: 640
    height: 480
    frame_rates:
    - 25
    - 60
  frames:
    path: "{PICTURES}/"
  model: "Virtual camera"
"""
HEAP = "/dev/dma_heap"
"""Where Picamera2 looks for memory: a Raspberry Pi's has the name `linux,cma` in it."""
FRAMES = 50
REFUSED = {
    "--as-it-is csi": "gives pictures as NV12, and not as RGB888",
    "csi7": "can't be opened",
    "csi?size=1x1": "size",
}
"""What is asked for, and what is said."""
AGAIN = f"""
import itertools, json, time
from edge_lip.sources.csi import CsiCamera
seen = []
for _ in range(2):
    with CsiCamera("") as camera:
        began = time.monotonic()
        frames = list(itertools.islice(camera, {FRAMES}))
    times = [frame.time for frame in frames]
    seen.append(dict(shape=frames[-1].image.shape, colour=frames[-1].image.mean((0, 1)).tolist(),
        seconds=times[-1] - times[0], grows=all(a < b for a, b in zip(times, times[1:]))))
print(json.dumps(seen))
"""


@contextmanager
def camera(bench: Bench) -> Iterator[str]:
    """A virtual camera that says the first sentence again and again; how `edge-lip` is called so
    that it sees it, but for its words."""
    host, clip = bench.host, next(iter(bench.clips))
    host.write(CONFIGURATION, CAMERA)
    host.call(
        f"mkdir -p {PICTURES} && cp {FOLDER}/clips/{clip}/*.jpg {PICTURES}"
        f" && sudo chmod 755 {HEAP} && sudo chmod 666 {HEAP}/system"
        f" && sudo ln -sf system {HEAP}/linux,cma"
    )
    python = host.command.replace("bin/edge-lip", "bin/python")
    paths = f"PYTHONPATH={CAMERA_MODULE} LIBCAMERA_PIPELINES_MATCH_LIST=virtual"
    try:
        yield f"env {paths} LIBCAMERA_LOG_LEVELS=*:FATAL {python} {FOLDER}/camera_module.py"
    finally:
        host.call(f"sudo rm -rf {CONFIGURATION} {PICTURES} {HEAP}/linux,cma")


def play(bench: Bench) -> Iterator[Figure]:
    host, clip = bench.host, next(iter(bench.clips.values()))
    with camera(bench) as command:
        found = json.loads(host.call(f"{command} cameras --json"))
        listed = [one["camera"] for one in found if one["camera"].startswith("csi")]
        yield equal("listed", " ".join(listed), "csi0")
        yield from _refused(host, command)
        with host.watch(f"{command} run {MODEL} --camera csi --json --no-partials", "it") as seen:
            texts: list[dict[str, object]] = []
            while len(texts) < 3:
                final = seen.wait(lambda line: line.event.get("kind") == "final", "a text", 40)
                texts.append(final.event)
            yield equal("texts", " | ".join(str(one["text"]) for one in texts), _thrice(clip.text))
            dropped = f"{texts[-1]['dropped']} of {texts[-1]['frames']}"
            yield is_true("dropped by edge-lip, of so many", True, dropped)
            yield equal("its exit code after SIGTERM", str(seen.end().ended), "0")
        host.write("/run/again.py", AGAIN)
        said = host.call(f"{command} --script /run/again.py")
        for place, one in enumerate(json.loads(said.splitlines()[-1])):
            what = "opened again" if place else "opened"
            yield equal(f"{what}: pictures", str(one["shape"]), "[480, 640, 3]")
            rate = (FRAMES - 1) / one["seconds"]
            yield Figure(f"{what}: a second", rate, 23 < rate < 27, "25")
            yield is_true(f"{what}: times grow", one["grows"])


def _thrice(text: str) -> str:
    return " | ".join([text] * 3)


def _refused(host: Host, command: str) -> Iterator[Figure]:
    """What can't be had is told in a line."""
    for words, wanted in REFUSED.items():
        before, _, spec = words.rpartition(" ")
        said = host.call(f"{command} {before} run {MODEL} --camera '{spec}'", check=False).strip()
        last = said.splitlines()[-1][:150]
        yield is_true(f"{words}: refused", wanted in last and "Traceback" not in said, last)
