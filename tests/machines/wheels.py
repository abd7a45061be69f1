"""Build what people install, install it into fresh environments, and read a sentence in each.

    PYTHONPATH=tests python -m machines.wheels [--python 3.12 ...]

The source archive is built from the working tree and the wheel from that archive, so the archive
has all that a wheel needs. For every supported Python there is on this machine (on the PATH or in
pyenv) the wheel is installed into an environment of its own, where the demo has to read its
sentence; then once more without a network, where this system can take it away. The table says how
long it took; `pip` downloads, or takes from its cache, what it wants.
"""

import argparse
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
SUPPORTED = ("3.11", "3.12", "3.13")
PACKAGES = ("edge_lip/", "training/", "converter/")
OFFLINE = ("unshare", "--map-root-user", "--net")
"""Runs a command without any network, if the system lets this user do so."""


def build(folder: Path) -> Path:
    """The wheel, made of the source archive; raises AssertionError where a file is missing.

    All that is committed has to be in the archive, but for what has a dot before its name, and in
    the wheel all of the packages and nothing else.
    """
    environment(Path(sys.executable), folder / "builder", "build")
    call(folder / "builder/bin/python", "-m", "build", "--outdir", folder, REPOSITORY)
    (archive,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    committed = set(call("git", "-C", REPOSITORY, "ls-files").splitlines())
    with tarfile.open(archive) as tar:
        packed = {name.partition("/")[2] for name in tar.getnames()}
    with zipfile.ZipFile(wheel) as zipped:
        installed = {name for name in zipped.namelist() if ".dist-info/" not in name}
    lost = {name for name in committed - packed if not name.startswith(".")}
    assert not lost, f"{archive.name} lacks {', '.join(sorted(lost))}"
    lost = {name for name in committed - installed if name.startswith(PACKAGES)}
    assert not lost, f"{wheel.name} lacks {', '.join(sorted(lost))}"
    foreign = {name for name in installed if not name.startswith(PACKAGES)}
    assert not foreign, f"{wheel.name} installs {', '.join(sorted(foreign))}"
    return wheel


def pythons(versions: Sequence[str]) -> Iterator[tuple[str, Path]]:
    """Those of `versions` that are on this machine, with their interpreters."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in versions:
        for python in (Path(f"python{version}"), *sorted(pyenv.glob(f"{version}.*/bin/python"))):
            try:  # pyenv has commands of that name for Pythons that are not switched on
                said = call(python, "-c", "import ensurepip, sys; print(sys.executable)")
            except (OSError, AssertionError):
                continue
            yield version, Path(said.strip())
            break


def environment(python: Path, folder: Path, *packages: str | Path) -> None:
    """A virtual environment in `folder` with `packages`."""
    call(python, "-m", "venv", folder)
    call(folder / "bin/python", "-m", "pip", "install", "--disable-pip-version-check", *packages)


def read_sentence(folder: Path, before: Sequence[str] = ()) -> None:
    """Let the environment in `folder` say its version and read the demo, right or wrong."""
    edge_lip = folder / "bin/edge-lip"
    version = call(*before, edge_lip, "--version")
    assert version == call(*before, folder / "bin/python", "-m", "edge_lip", "--version")
    sentence = json.loads(call(*before, edge_lip, "demo", "--json").splitlines()[-1])
    assert sentence["text"], sentence


def call(*command: str | Path) -> str:
    """What a command prints; AssertionError with all of it where it fails."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        cwd=tempfile.gettempdir(),  # not the repository: what is installed has to do
        env=kept,
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}"
    return done.stdout


def network_can_be_taken_away() -> bool:
    """Whether this system lets this user run `OFFLINE`."""
    try:
        call(*OFFLINE, "true")
    except (OSError, AssertionError):
        return False
    return True


def seconds(action: str, since: float) -> str:
    return f"{action} {time.monotonic() - since:.1f} s"


def main() -> None:
    """Build, install, read; the first thing that fails ends it."""
    parser = argparse.ArgumentParser(description="Install the wheel and read a sentence.")
    parser.add_argument("--python", nargs="+", choices=SUPPORTED, default=SUPPORTED)
    versions = parser.parse_args().python
    offline = network_can_be_taken_away()
    with tempfile.TemporaryDirectory(prefix="edge-lip-wheels-") as temporary:
        start = time.monotonic()
        wheel = build(Path(temporary))
        print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.2f} MB, {seconds('built in', start)}")
        tried = 0
        for version, python in pythons(versions):
            folder = Path(temporary) / version
            start = time.monotonic()
            environment(python, folder, wheel)
            row = [f"Python {version}", seconds("installed in", start)]
            start = time.monotonic()
            read_sentence(folder)
            row.append(seconds("read a sentence in", start))
            if offline:
                read_sentence(folder, OFFLINE)
            row.append("and without a network" if offline else "network: can't be taken away here")
            print(", ".join(row), flush=True)
            tried += 1
    if not tried:
        sys.exit(f"none of Python {', '.join(versions)} is here")


if __name__ == "__main__":
    main()
