"""Make an environment with Home Assistant, which wants one of its own.

    PYTHONPATH=tests python -m machines.home_assistant FOLDER [--python 3.13]

It is the newest one that installs for the newest Python of this machine: each release of Home
Assistant is for one or two of them. The packages of what it always sets up and of MQTT, which it
would download while it runs, are installed with it.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from machines.wheels import call, environment, pythons

VERSIONS = ("3.14", "3.13", "3.12", "3.11")
REQUIREMENTS = """
import json
from pathlib import Path

import homeassistant
from homeassistant.bootstrap import DEFAULT_INTEGRATIONS

# Some import the recorder without having it set up.
wanted, seen = [*DEFAULT_INTEGRATIONS, "mqtt", "recorder"], set()
while wanted:
    name = wanted.pop()
    file = Path(homeassistant.__file__).parent / "components" / name / "manifest.json"
    if name not in seen and file.exists():
        seen.add(name)
        manifest = json.loads(file.read_text())
        wanted += manifest.get("dependencies", [])
        print(*manifest.get("requirements", []), sep="\\n")
"""
"""Run by the Python that has it: what its parts need."""


def install(folder: Path, versions: Sequence[str]) -> str | None:
    """What was installed into `folder`; None where it can't be, for any of the Pythons."""
    for version, python in pythons(versions):
        try:
            environment(python, folder, "homeassistant")
            needed = call(folder / "bin/python", "-c", REQUIREMENTS).split()
            call(folder / "bin/python", "-m", "pip", "install", *needed)
            release = call(folder / "bin/hass", "--version").strip()
        except (AssertionError, OSError) as error:
            print(f"Python {version}: {str(error).splitlines()[-1]}", file=sys.stderr)
            continue
        return f"Home Assistant {release}, Python {version}"
    return None


def main() -> None:
    """Install it, and say which."""
    parser = argparse.ArgumentParser(description="Install Home Assistant for its tests.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--python", choices=VERSIONS, nargs="+", default=VERSIONS)
    arguments = parser.parse_args()
    installed = install(arguments.folder.resolve(), arguments.python)
    if installed is None:
        sys.exit("Home Assistant can't be installed here")
    print(installed)


if __name__ == "__main__":
    main()
