"""Root file systems of Debian, made by root on Linux, and commands that run in them.

Nothing is mounted outside of what runs: `bwrap` gives every command a view of its own. `pip` has
the settings that it has on this machine, and packages come from its mirror of Debian.
"""

import ast
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from machines.wheels import call

TOOLS = {"mmdebstrap": "mmdebstrap", "bwrap": "bubblewrap"}
"""Commands, and the packages of Debian that have them."""


@dataclass(frozen=True)
class Root:
    """A root file system."""

    folder: Path
    suite: str
    architecture: str
    processor: str = ""
    """Which one is emulated, where it is of another architecture."""

    def call(
        self,
        *command: str | Path,
        shown: Sequence[Path] = (),
        user: str = "root",
        network: bool = False,
    ) -> str:
        """What a command in it prints; AssertionError with all of it where it fails."""
        enter = self.inside(*shown, user=user, network=network)
        return call(*enter, *command)

    def inside(
        self, *shown: Path, processor: str = "", user: str = "root", network: bool = False
    ) -> list[str]:
        """What makes a command run in it; `shown` are files that lie in /srv there."""
        words: list[str | Path] = ["bwrap", "--bind", self.folder, "/"]
        words += ["--proc", "/proc", "--dev", "/dev"]
        words += ["--tmpfs", "/srv", "--tmpfs", "/tmp", "--die-with-parent", "--clearenv"]
        home = "/root" if user == "root" else f"/home/{user}"
        values = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": home, "LANG": "C.UTF-8"}
        values["QEMU_CPU"] = processor or self.processor
        if network:
            values |= pip_settings() | proxies()
            for path in ("/etc/resolv.conf", *files_of(values)):
                words += ["--ro-bind", path, path]
        else:
            words += ["--unshare-net"]
        for file in shown:
            words += ["--ro-bind", file.resolve(), f"/srv/{file.name}"]
        for name, value in values.items():
            if value:
                words += ["--setenv", name, value]
        if user != "root":
            words += ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--"]
        return [str(word) for word in words]


def mirror() -> str:
    """This machine's mirror of Debian, as apt is set; ends the program where it has none."""
    asked = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]
    wanted = ("Origin: Debian", "Label: Debian", "Component: main")
    try:
        found = call(*asked, *wanted).split()
    except (OSError, AssertionError):
        found = []
    if not found:
        sys.exit("apt knows no mirror of Debian here: sudo apt update, or give --mirror")
    return found[0]


def require(tools: Mapping[str, str], module: str) -> None:
    """End the program with one line where this machine lacks something; `tools` as in `TOOLS`."""
    if not sys.platform.startswith("linux") or os.getuid():
        sys.exit(
            "root file systems are made by root, on Linux: sudo env PYTHONPATH=tests"
            f" .venv/bin/python -m {module} …"
        )
    missing = [package for tool, package in tools.items() if not shutil.which(tool)]
    if missing:
        sys.exit(f"missing here: apt install {' '.join(missing)}")


def pip_settings() -> dict[str, str]:
    """What pip is set to on this machine, as environment variables."""
    lines = call(sys.executable, "-m", "pip", "config", "list").splitlines()
    pairs = [line.partition("=")[::2] for line in lines]
    pairs.sort(key=lambda pair: pair[0].startswith(":env:"))  # the environment counts most
    return {
        "PIP_" + key.rpartition(".")[2].upper().replace("-", "_"): ast.literal_eval(value).strip()
        for key, value in pairs
    }


def proxies() -> dict[str, str]:
    """The variables that name a proxy."""
    return {key: value for key, value in os.environ.items() if key.lower().endswith("_proxy")}


def files_of(settings: dict[str, str]) -> list[str]:
    """Files and folders of this machine that pip's `settings` name, by path or as an index."""
    values = [value for key, value in settings.items() if key.startswith("PIP_")]
    words = {word for value in values for word in value.split()}
    paths = {Path(word) for word in words if word.startswith("/")}
    # The pages of an index link to files beside it.
    paths |= {Path(word.removeprefix("file://")).parent for word in words if "file:///" in word}
    return sorted(str(path) for path in paths if path.exists())


def make_root(root: Root, packages: Sequence[str], mirror: str, *words: str) -> None:
    """Make the root file system unless it is there, with `words` for mmdebstrap beside; ends the
    program where a mirror fails."""
    folder = root.folder
    if folder.is_dir():
        return
    begun, log = (folder.with_name(f"{folder.name}.{suffix}") for suffix in ("begun", "log"))
    shutil.rmtree(begun, ignore_errors=True)
    command = ["mmdebstrap", "--variant=minbase", f"--arch={root.architecture}", *words]
    command.append(f"--include={','.join(packages)}")
    with log.open("w") as stream:
        # mmdebstrap mounts in a name space of its own.
        done = subprocess.run([*command, root.suite, begun, mirror], stdout=stream, stderr=stream)
    if done.returncode:
        said = [line for line in log.read_text().splitlines() if line.startswith("E: ")]
        sys.exit(f"{folder.name} can't be made: {(said or ['?'])[0]} (try again; all: {log})")
    begun.rename(folder)


def content_of(wheel: Path) -> str:
    """A sum of what is in a wheel; not of the wheel, which has the time of its making in it."""
    with zipfile.ZipFile(wheel) as zipped:
        listed = sorted((file.filename, file.CRC) for file in zipped.infolist())
    return hashlib.sha256(repr(listed).encode()).hexdigest()
