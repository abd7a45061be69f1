"""Make an environment with Home Assistant, which wants one of its own.

    PYTHONPATH=tests python -m machines.home_assistant FOLDER [--python 3.13]

It is the newest one that installs for the newest Python of this machine: each release of Home
Assistant is for one or two of them. The packages of what it shows and of MQTT, which it would
download while it runs, are installed with it, as it pins them.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from machines.wheels import call, environment, pythons

VERSIONS = ("3.14", "3.13", "3.12", "3.11")
WITH_IT = ("home-assistant-frontend", "paho-mqtt")


def install(folder: Path, versions: Sequence[str]) -> str | None:
    """What was installed into `folder`; None where it can't be, for any of the Pythons."""
    for version, python in pythons(versions):
        try:
            environment(python, folder, "homeassistant")
            (pins,) = folder.glob("lib/python*/site-packages/homeassistant/package_constraints.txt")
            pip = (folder / "bin/python", "-m", "pip", "install", "--disable-pip-version-check")
            call(*pip, "--constraint", pins, *WITH_IT)
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
