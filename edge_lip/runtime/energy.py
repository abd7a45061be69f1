"""Meters of energy that a machine may have: what a processor or a board takes, in joules.

- RAPL: counters in x86 processors, of the whole package (Linux, power/powercap);
- a sensor of the INA family between supply and board, as Linux shows it (hwmon/ina2xx, ina3221);
- the power chip of a Raspberry Pi 5, by `vcgencmd pmic_read_adc`: all rails but 5 V, so neither USB
  nor HATs.

They see everything that runs, not one process alone.
"""

import re
import subprocess
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Final, Protocol

from .conditions import ROOT, number_in, vcgencmd
from .machine import lines_of

INA: Final = re.compile(r"ina\d{3,4}")
EVERY: Final = 0.5
"""Seconds between two looks at what tells watts alone..."""
SELDOM: Final = 1.0
"""...and where each look is a process."""
RAIL: Final = re.compile(r"(\S+)_([AV])\s+(?:current|volt)\(\d+\)=(-?[\d.]+)[AV]")


class Meter(Protocol):
    """Counts from when it was made. Close it."""

    name: str

    def joules(self) -> float:
        """So far."""

    def close(self) -> None:
        """It counts no more."""


class Counter:
    """Counters of the kernel, in microjoules, that begin again at the top."""

    def __init__(self, name: str, folders: list[Path]) -> None:
        self.name = name
        self._folders = folders
        self._last = {folder: number_in(folder / "energy_uj") for folder in folders}
        self._microjoules = 0.0

    def joules(self) -> float:
        """See `Meter.joules`."""
        for folder in self._folders:
            now, last = number_in(folder / "energy_uj"), self._last[folder]
            if now is None or last is None:
                continue
            again = (number_in(folder / "max_energy_range_uj") or 0.0) if now < last else 0.0
            self._microjoules += now - last + again
            self._last[folder] = now
        return self._microjoules / 1e6

    def close(self) -> None:
        """There is nothing to end."""


class Gauge:
    """Something that tells watts, looked at in a thread of its own; until the next look it goes on
    taking them, also where that one can't be read."""

    def __init__(self, name: str, watts: Callable[[], float | None], every: float = EVERY) -> None:
        self.name = name
        self._watts = watts
        self._every = every
        self._counted = (0.0, watts() or 0.0, monotonic())
        """Joules at the last look, what it told, and when that was: put there at once."""
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"meter {name}", daemon=True)
        self._thread.start()

    def joules(self) -> float:
        """See `Meter.joules`."""
        joules, watts, since = self._counted
        return joules + watts * (monotonic() - since)

    def look(self) -> None:
        """Ask for the watts; the thread does so."""
        told = self._watts()
        joules, watts, since = self._counted
        now = monotonic()
        self._counted = (joules + watts * (now - since), watts if told is None else told, now)

    def close(self) -> None:
        """It is looked at no more."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(self._every):
            self.look()


def find_meter(root: Path = ROOT) -> tuple[Meter | None, str]:
    """The best there is, and its name; or None, and why."""
    packages = [
        folder
        for folder in sorted((root / "sys/class/powercap").glob("intel-rapl:*"))
        if "".join(lines_of(folder / "name")).startswith("package")
    ]
    if packages and all(number_in(folder / "energy_uj") is not None for folder in packages):
        name = "RAPL, the processor's package"
        return Counter(name, packages), name
    for sensor in sorted((root / "sys/class/hwmon").glob("hwmon*")):
        kind = "".join(lines_of(sensor / "name"))
        if INA.match(kind) and sensor_watts(sensor) is not None:
            return Gauge(kind, partial(sensor_watts, sensor)), kind
    if _rail_watts() is not None:
        name = "vcgencmd pmic_read_adc, the board without 5 V"
        return Gauge(name, _rail_watts, SELDOM), name
    if packages:
        return None, f"{packages[0].name}/energy_uj can't be read: run as root to know the energy"
    return None, "this machine has no meter: no RAPL, no INA sensor, no pmic_read_adc"


def sensor_watts(sensor: Path) -> float | None:
    """What a sensor of the INA family tells: its power, or else the sum over its channels of
    current times voltage."""
    power = number_in(sensor / "power1_input")
    if power is not None:
        return power / 1e6
    channels = [
        (number_in(current), number_in(sensor / current.name.replace("curr", "in")))
        for current in sensor.glob("curr*_input")
    ]
    known = [a * v / 1e6 for a, v in channels if a is not None and v is not None]
    return sum(known) if known else None


def rail_watts(told: str) -> float | None:
    """The sum over the rails of `vcgencmd pmic_read_adc` that have both current and voltage."""
    rails: dict[str, dict[str, float]] = {}
    for name, kind, value in RAIL.findall(told):
        rails.setdefault(name, {})[kind] = float(value)
    known = [rail["A"] * rail["V"] for rail in rails.values() if len(rail) == 2]
    return sum(known) if known else None


def _rail_watts() -> float | None:
    try:
        return rail_watts(vcgencmd("pmic_read_adc"))
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
