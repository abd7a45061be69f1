"""What a figure was measured on."""

import os
import platform
import sys
from importlib.metadata import packages_distributions, version
from pathlib import Path

from .interpreter import ENGINES


def describe_machine() -> dict[str, str | int]:
    """Processor, cores this process may use, architecture, Python and TFLite interpreter."""
    return {
        "cpu": _cpu(),
        "cores": _cores(),
        "architecture": platform.machine(),
        "python": platform.python_version(),
        "interpreter": _interpreter(),
    }


def peak_memory() -> int | None:
    """The most bytes this process has had resident; None where the system does not tell (Linux
    does)."""
    return _memory("VmHWM:")


def resident_memory() -> int | None:
    """The bytes this process has resident now; None where the system does not tell."""
    return _memory("VmRSS:")


def temperature(sensors: Path = Path("/sys/class/thermal")) -> float | None:
    """Degrees Celsius of the processor; None where the system does not tell (Linux often does)."""
    zones = {}
    for zone in sorted(sensors.glob("thermal_zone*")):
        kind, value = lines_of(zone / "type"), lines_of(zone / "temp")
        if kind and value and value[0].lstrip("-").isdecimal():
            zones[kind[0]] = int(value[0]) / 1000
    # What boards and PCs call the processor's; the only sensor of a small board is that, too.
    named = [degrees for kind, degrees in zones.items() if "cpu" in kind or "x86_pkg" in kind]
    return next(iter([*named, *zones.values()]), None)


def lines_of(path: Path) -> list[str]:
    """Of a file that the kernel shows; none where it can't be read."""
    try:
        return path.read_text(errors="replace").splitlines()
    except OSError:
        return []


def _memory(key: str) -> int | None:
    for line in lines_of(Path("/proc/self/status")):
        if line.startswith(key):
            return int(line.split()[1]) * 1024
    return None


def _cpu() -> str:
    board = lines_of(Path("/proc/device-tree/model"))
    if board:
        return board[0].rstrip("\0")
    for line in lines_of(Path("/proc/cpuinfo")):
        key, _, value = line.partition(":")
        if key.strip() == "model name":
            return value.strip()
    return platform.processor() or "unknown"


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _interpreter() -> str:
    for engine in ENGINES:
        if engine in sys.modules:
            names = packages_distributions().get(engine.partition(".")[0], [])
            return f"{names[0]} {version(names[0])}" if names else engine
    return "none loaded"
