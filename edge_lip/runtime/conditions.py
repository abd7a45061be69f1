"""What makes a processor faster or slower while something is measured: heat, clock, power, others.

Nothing here fails: what a machine does not tell is None. `root` is where its /proc and /sys are.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .machine import lines_of, temperature

ROOT: Final = Path("/")
HOT: Final = 80.0
"""Degrees Celsius from which a Raspberry Pi slows down
(https://www.raspberrypi.com/documentation/computers/raspberry-pi.html, frequency management)."""
THROTTLED: Final[Mapping[int, str]] = {
    0: "under-voltage",
    1: "the processor's frequency is capped",
    2: "throttled",
    3: "the soft temperature limit is active",
    16: "under-voltage",
    17: "the processor's frequency was capped",
    18: "throttled",
    19: "the soft temperature limit was active",
}
"""Bits of `vcgencmd get_throttled`: now, and from 16 on since the start
(https://www.raspberrypi.com/documentation/computers/os.html#get_throttled)."""
STEADY: Final = ("performance", "powersave")
"""Governors that keep one frequency, the highest or the lowest."""
SCALES_ANYWAY: Final = ("intel_pstate", "amd-pstate-epp")
"""Drivers whose governors follow the load all the same (Linux, admin-guide/pm)."""
OTHERS: Final = 0.1
"""Of a core; other processes that take more spoil wall times."""
PATIENCE: Final = 5
"""Seconds for an answer of `vcgencmd`."""


@dataclass(frozen=True)
class Conditions:
    """Of a machine, at one moment."""

    temperature_c: float | None
    """Of the processor."""
    governor: str | None
    """Of the first core's frequency, with its driver."""
    frequency_mhz: float | None
    """Of the first core, now."""
    highest_mhz: float | None
    """That it may have."""
    throttled: tuple[str, ...] | None
    """What slows a Raspberry Pi down now; None where there is no `vcgencmd` that tells."""
    throttle_count: int | None
    """How often the processor's cores slowed down for heat since the start, where Linux counts."""


def conditions(root: Path = ROOT) -> Conditions:
    """What the machine tells now."""
    clock = root / "sys/devices/system/cpu/cpu0/cpufreq"
    governor, driver = _line(clock / "scaling_governor"), _line(clock / "scaling_driver")
    counts = (root / "sys/devices/system/cpu").glob("cpu*/thermal_throttle/*_throttle_count")
    known = [count for path in counts if (count := number_in(path)) is not None]
    return Conditions(
        temperature_c=temperature(root / "sys/class/thermal"),
        governor=" ".join(filter(None, (governor, driver and f"({driver})"))) or None,
        frequency_mhz=_thousandth(clock / "scaling_cur_freq"),
        highest_mhz=_thousandth(clock / "cpuinfo_max_freq"),
        throttled=_throttled(),
        throttle_count=int(sum(known)) if known else None,
    )


def busy_seconds(root: Path = ROOT) -> float | None:
    """Processor time of all processes since the start, in seconds."""
    for line in lines_of(root / "proc/stat"):
        kind, *ticks = line.split()
        if kind == "cpu" and len(ticks) >= 4 and all(one.isdecimal() for one in ticks):
            user, nice, system, _, *rest = map(int, ticks)
            # After idle: waiting for disks, interrupts, and time stolen by a host.
            return (user + nice + system + sum(rest[1:3])) / os.sysconf("SC_CLK_TCK")
    return None


def spoiled(before: Conditions, after: Conditions, others: float | None) -> list[str]:
    """Lines on what makes a result worse, or another one the next time.

    `others`: cores that other processes kept busy meanwhile.
    """
    found = []
    governor, _, driver = (after.governor or "").partition(" ")
    if governor and (governor not in STEADY or _scales(governor, driver.strip("()"))):
        found.append(
            f"the governor {after.governor} changes the clock with the load: "
            "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor"
        )
    elif governor == "powersave":
        found.append("the governor powersave keeps the lowest frequency")
    slower = (*(before.throttled or ()), *(after.throttled or ()))
    if slower:
        found.append(f"the board slowed down: {', '.join(dict.fromkeys(slower))}")
    if (after.throttle_count or 0) > (before.throttle_count or 0):
        found.append("the processor slowed down for heat meanwhile: cool it")
    if (after.temperature_c or 0.0) >= HOT:
        found.append(f"{after.temperature_c:.0f} °C: a Raspberry Pi slows down from {HOT:.0f} on")
    if (others or 0.0) > OTHERS:
        found.append(
            f"other processes kept {others:.1f} cores busy: wall times are too long; "
            "processor times (cpu) are not"
        )
    return found


def vcgencmd(*words: str) -> str:
    """What a Raspberry Pi's firmware answers.

    Raises `FileNotFoundError` where there is no such program, and `OSError` or
    `subprocess.SubprocessError` where it does not tell.
    """
    program = shutil.which("vcgencmd")
    if program is None:
        raise FileNotFoundError("no vcgencmd")
    call = [program, *words]
    return subprocess.run(
        call, capture_output=True, text=True, errors="replace", timeout=PATIENCE, check=True
    ).stdout


def throttled_bits() -> int:
    """Of `THROTTLED`. Raises as `vcgencmd` does, and `ValueError` for an answer without them."""
    return int(vcgencmd("get_throttled").strip().removeprefix("throttled="), 16)


def throttled_words(bits: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What `bits` say of now, and of the time since the start."""
    named = [(place, what) for place, what in THROTTLED.items() if bits >> place & 1]
    now = tuple(what for place, what in named if place < 16)
    return now, tuple(what for place, what in named if place >= 16)


def number_in(path: Path) -> float | None:
    """The number that stands in a file of the kernel; None where it can't be read."""
    try:
        return float(_line(path) or "")
    except ValueError:
        return None


def _scales(governor: str, driver: str) -> bool:
    return governor == "powersave" and driver in SCALES_ANYWAY


def _throttled() -> tuple[str, ...] | None:
    try:
        return throttled_words(throttled_bits())[0]
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def _thousandth(path: Path) -> float | None:
    value = number_in(path)
    return None if value is None else value / 1000


def _line(path: Path) -> str | None:
    lines = lines_of(path)
    return lines[0].strip() if lines else None
