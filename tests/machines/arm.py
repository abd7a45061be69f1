"""Read clips as an ARM device does: Debian for ARM, on an emulated processor.

    PYTHONPATH=tests python -m machines.arm FOLDER --clip CLIP [CLIP ...] [--suites bookworm trixie]
        [--architectures arm64 armhf] [--processors cortex-a72 ...] [--model M] [--camera-module]

In FOLDER `mmdebstrap` makes a root file system for each suite and architecture, and the wheel of
the working tree is installed there by that system's own Python and pip; what is there already is
used again. Then `edge-lip run` reads each clip in it, without a network. The texts have to be those
that the same wheel says on this machine; a sentence of the rendered talker is compared, too.
Emulation is slow, and says nothing of speed.

The processors are those of the Raspberry Pis, not the emulator's own "max": that one has SME, on
which qemu 7.2 with OpenBLAS 0.3.34 (NumPy 2.5) multiplies matrices of doubles wrongly.

`--camera-module` installs picamera2 from the index beside Debian's libcamera, where there is one,
and asks for a camera that is not there.

How the roots are made, and what runs in them, is in `roots`.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path

from edge_lip.mouth.trackers.facemodels import locate
from machines import roots
from machines.roots import Root, content_of
from machines.wheels import build, call

PROCESSORS = {
    "arm64": ("cortex-a53", "cortex-a72", "cortex-a76"),  # Pi 3 and Zero 2 W, Pi 4, Pi 5
    "armhf": ("cortex-a7",),  # Pi 2
}
EMULATORS = {"arm64": "qemu-aarch64", "armhf": "qemu-arm"}
PACKAGES = ("python3", "python3-venv", "python3-pip", "ca-certificates")
SYSTEMS_OWN = {
    ("bookworm", "armhf"): ("python3-numpy", "python3-opencv"),  # no wheels for 32 bits
    ("trixie", "arm64"): ("python3-libcamera", "libcap-dev", "gcc", "python3-dev"),
}
"""What else of the distribution is wanted there."""
IMPOSSIBLE = {("trixie", "armhf"): "no interpreter: tflite-runtime ends with Python 3.11"}
BY_THE_SYSTEM = {"numpy", "opencv-python-headless"}
"""Packages that pip leaves alone where the system's own are used."""
SENTENCE = "talker:bin blue at f two now"
ENVIRONMENT = Path("/opt/edge-lip")
PROBE = """
import json, platform, cv2, numpy
from edge_lip.runtime.machine import describe_machine
from edge_lip.reading.opening import open_reader
open_reader("talker")  # loads the interpreter
print(json.dumps([platform.python_version(), numpy.__version__, cv2.__version__,
                  describe_machine()["interpreter"]]))
"""
KMS = """
class Anything(type):
    def __getattr__(cls, name):
        return cls

class Nothing(metaclass=Anything):
    pass

def __getattr__(name):
    return Nothing
"""
"""In place of kms++, with which picamera2 shows pictures on a screen, and which Debian has not."""


def make_root(folder: Path, suite: str, architecture: str, mirror: str) -> Root:
    """The root file system, made unless it is there; ends the program where a mirror fails."""
    processor = PROCESSORS[architecture][0]
    root = Root(folder / f"{suite}-{architecture}", suite, architecture, processor)
    roots.make_root(root, PACKAGES + SYSTEMS_OWN.get((suite, architecture), ()), mirror)
    return root


def install(root: Root, wheel: Path) -> None:
    """Put the wheel and what it needs into the environment of that root, unless it is there.

    Where numpy and OpenCV are the system's, pip takes the other packages alone.
    """
    stamp = root.folder / "opt/edge-lip.installed"
    content = content_of(wheel)
    before = stamp.read_text() if stamp.exists() else ""
    if before == content:
        return
    environment = root.folder / ENVIRONMENT.relative_to("/")
    if not before:
        shutil.rmtree(environment, ignore_errors=True)
        root.call("python3", "-m", "venv", "--system-site-packages", ENVIRONMENT)
    systems = "python3-numpy" in SYSTEMS_OWN.get((root.suite, root.architecture), ())
    if before or systems:
        pip(root, "--no-deps", "--force-reinstall", f"/srv/{wheel.name}", shown=wheel)
    if not systems:
        pip(root, f"/srv/{wheel.name}", shown=wheel)
    else:
        pip(root, *others(requirements(wheel)))
    stamp.write_text(content)


def pip(root: Root, *words: str, shown: Path | None = None) -> None:
    """`pip install` in the environment of that root."""
    enter = root.inside(*([shown] if shown else []), network=True)
    call(*enter, ENVIRONMENT / "bin/python", "-m", "pip", "install", "--no-compile", *words)


def requirements(wheel: Path) -> list[str]:
    """What a wheel requires, without its extras."""
    with zipfile.ZipFile(wheel) as zipped:
        (name,) = (n for n in zipped.namelist() if n.endswith(".dist-info/METADATA"))
        metadata = HeaderParser().parsestr(zipped.read(name).decode())
    return [word for word in metadata.get_all("Requires-Dist", []) if "extra ==" not in word]


def others(required: Sequence[str]) -> list[str]:
    """Of `required`, what the system does not have."""
    names = [re.split(r"[^\w.-]", word, maxsplit=1)[0] for word in required]
    return [w for w, name in zip(required, names, strict=True) if name not in BY_THE_SYSTEM]


@dataclass(frozen=True)
class Reading:
    """What was read of one source, and what it took."""

    text: str
    confidence: float
    seconds: float
    mebibytes: float
    """Most memory resident; under emulation, with the emulator's own."""


def read(enter: Sequence[str | Path], source: str, model: str) -> Reading:
    """`edge-lip run` on `source`; `enter` is what stands before the command's name.

    AssertionError with what it said where it fails.
    """
    words = [*map(str, enter), "run", *filter(None, [model]), "--json", "--source", source]
    start = time.monotonic()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            words,
            stdout=said,
            stderr=said,
            env=os.environ | {"EDGE_LIP_CONFIG": os.devnull},
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        said.seek(0)
        lines = said.read().splitlines()
    assert not status, "\n".join([" ".join(words), *lines])
    final = json.loads([line for line in lines if line.startswith("{")][-1])
    return Reading(final["text"], final["confidence"], seconds, usage.ru_maxrss / 1024)


def probe(enter: Sequence[str | Path]) -> list[str]:
    """Versions of Python, NumPy, OpenCV and the interpreter; `enter` ends before python's flags."""
    found: list[str] = json.loads(call(*enter, "-c", PROBE).splitlines()[-1])
    return found


def camera_module(root: Root) -> Iterator[str]:
    """How far edge-lip comes towards a camera module where none is; lines that tell."""
    pip(root, "picamera2")
    (packages,) = (root.folder / ENVIRONMENT.relative_to("/")).glob("lib/python3*/site-packages")
    (packages / "pykms.py").write_text(KMS)
    asked = (
        "from importlib.metadata import version; from edge_lip.sources.csi import import_picamera2;"
        "cameras = import_picamera2().Picamera2.global_camera_info();"
        "print('picamera2', version('picamera2'), 'is imported; cameras:', cameras)"
    )
    yield root.call(ENVIRONMENT / "bin/python", "-c", asked).splitlines()[-1]
    for command in (["cameras"], ["run", "--camera", "csi"]):
        done = subprocess.run(
            [*root.inside(), ENVIRONMENT / "bin/edge-lip", *command], capture_output=True, text=True
        )
        yield f"edge-lip {' '.join(command)}: exit code {done.returncode}: {done.stderr.strip()}"


def require(architectures: Sequence[str]) -> None:
    """End the program with one line where this machine lacks something."""
    roots.require(roots.TOOLS | {"arch-test": "arch-test"}, "machines.arm")
    for architecture in architectures:
        done = subprocess.run(["arch-test", architecture], capture_output=True)
        if done.returncode:
            sys.exit(
                f"this machine runs no {architecture}: apt install qemu-user-static "
                "binfmt-support; "
                "mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc; "
                f"update-binfmts --enable {EMULATORS[architecture]}"
            )


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Read clips as an ARM device does.")
    parser.add_argument("folder", type=Path, help="holds the root file systems: 1 GB each")
    parser.add_argument("--clip", type=Path, nargs="+", default=[])
    parser.add_argument("--suites", nargs="+", default=["bookworm", "trixie"])
    parser.add_argument(
        "--architectures", nargs="+", choices=sorted(PROCESSORS), default=sorted(PROCESSORS)
    )
    parser.add_argument("--processors", nargs="+", help="of 64 bits; those of the Raspberry Pis")
    parser.add_argument("--model", type=Path, help="the one that comes with edge-lip")
    parser.add_argument("--mirror", help="of Debian; the one that apt has here")
    parser.add_argument("--camera-module", action="store_true", help="picamera2, as far as it goes")
    return parser.parse_args()


def main() -> None:
    """Make, install, read, compare; ends with 1 where a text differs."""
    asked = options()
    require(asked.architectures)
    asked.mirror = asked.mirror or roots.mirror()
    lost = [str(clip) for clip in asked.clip if not clip.is_file()]
    if lost:
        sys.exit(f"no such clip: {' '.join(lost)}")
    asked.folder.mkdir(parents=True, exist_ok=True)
    faces = locate().detector.parent
    with tempfile.TemporaryDirectory(prefix="edge-lip-arm-") as temporary:
        wheel = build(Path(temporary))
        different = compare(asked, wheel, faces, Path(temporary))
    sys.exit(f"{different} texts differ" if different else 0)


def compare(asked: argparse.Namespace, wheel: Path, faces: Path, temporary: Path) -> int:
    """Print a row for this machine and for each processor; how many texts are others there."""
    folder, model = asked.folder.resolve(), str(asked.model or "")
    call(sys.executable, "-m", "venv", temporary / "host")
    call(temporary / "host/bin/python", "-m", "pip", "install", wheel)
    here = temporary / "host/bin"
    sources = [str(clip) for clip in asked.clip] + [SENTENCE]
    models = [model] * len(asked.clip) + ["talker"]
    wanted = [read([here / "edge-lip"], *pair) for pair in zip(sources, models, strict=True)]
    for reading in wanted:
        print(f"{reading.text} ({reading.confidence:.2f})")
    titles = ("suite", "architecture", "processor", "Python", "NumPy", "OpenCV", "interpreter")
    show(*titles, "equal", "s", "MiB")
    show(
        "(this)", os.uname().machine, "(this)", *probe([here / "python"]), *summary(wanted, wanted)
    )
    different = 0
    python, command = ENVIRONMENT / "bin/python", ENVIRONMENT / "bin/edge-lip"
    shown = [*asked.clip, *([asked.model] if asked.model else []), faces]
    for suite in asked.suites:
        for architecture in asked.architectures:
            if why := IMPOSSIBLE.get((suite, architecture)):
                show(suite, architecture, why)
                continue
            root = make_root(folder, suite, architecture, asked.mirror)
            install(root, wheel)
            call(*root.inside(faces), command, "setup", "--from", f"/srv/{faces.name}")
            processors = asked.processors if architecture == "arm64" else None
            for processor in processors or PROCESSORS[architecture]:
                enter = root.inside(*shown, processor=processor)
                places = [f"/srv/{clip.name}" for clip in asked.clip] + [SENTENCE]
                model_there = f"/srv/{asked.model.name}" if asked.model else ""
                models = [model_there] * len(asked.clip) + ["talker"]
                found = [
                    read([*enter, command], *pair) for pair in zip(places, models, strict=True)
                ]
                versions = probe([*enter, python])
                show(suite, architecture, processor, *versions, *summary(found, wanted))
                for one, other in zip(found, wanted, strict=True):
                    if one.text != other.text:
                        different += 1
                        print(f"  {one.text} ({one.confidence:.2f}), not {other.text}", flush=True)
            if asked.camera_module:
                if "python3-libcamera" in SYSTEMS_OWN.get((suite, architecture), ()):
                    print(*camera_module(root), sep="\n", flush=True)
                else:
                    print(f"{suite} {architecture}: camera module not tried", flush=True)
    return different


def summary(found: Sequence[Reading], wanted: Sequence[Reading]) -> tuple[str, str, str]:
    """How many texts are equal; seconds for one and MiB, at most."""
    equal = sum(one.text == other.text for one, other in zip(found, wanted, strict=True))
    seconds = max(reading.seconds for reading in found)
    return (
        f"{equal} of {len(wanted)}",
        f"{seconds:.1f}",
        f"{max(reading.mebibytes for reading in found):.0f}",
    )


WIDTHS = (9, 13, 11, 8, 8, 8, 22, 8, 7, 5)


def show(*cells: str) -> None:
    """One row of the table."""
    print(
        "".join(str(c).ljust(w) for c, w in zip(cells, WIDTHS, strict=False)).rstrip(), flush=True
    )


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
