"""Checks of the board: processor, heat, power, memory, disk."""

import shutil
import subprocess
from pathlib import Path

from ...runtime import machine as measures
from .check import Finding, Machine

MIB = 2**20
RUN_MEMORY = 127 * MIB
"""What `edge-lip run` has resident at most (README)."""
INSTALLED = 455 * MIB
"""What an installation takes (docs/raspberry-pi.md)."""
HOT = 80.0
"""Degrees Celsius from which a Raspberry Pi slows down
(https://www.raspberrypi.com/documentation/computers/raspberry-pi.html, frequency management)."""
THROTTLED = {
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
UNDER_VOLTAGE = 1 << 0 | 1 << 16
GOVERNORS = "/sys/devices/system/cpu/cpu*/cpufreq/scaling_governor"
SCALES_ANYWAY = ("intel_pstate", "amd-pstate-epp")
"""Drivers whose "powersave" follows the load (Linux, admin-guide/pm)."""


def processor(machine: Machine) -> Finding:
    """What it is, its cores, and the governor of its frequency."""
    about = measures.describe_machine()
    what = f"{about['cpu']}, {about['cores']} cores"
    folder = "sys/devices/system/cpu/cpu0/cpufreq"
    governor = machine.line(f"{folder}/scaling_governor")
    if not governor:
        return Finding("ok", what)
    what += f", governor {governor}"
    if governor == "powersave" and machine.line(f"{folder}/scaling_driver") not in SCALES_ANYWAY:
        advice = f"the lowest frequency, always: echo ondemand | sudo tee {GOVERNORS}"
        return Finding("warning", what, advice)
    return Finding("ok", what)


def temperature(machine: Machine) -> Finding:
    """Of the processor, where the kernel tells."""
    degrees = measures.temperature(machine.root / "sys/class/thermal")
    if degrees is None:
        return Finding("ok", "not told by this machine")
    if degrees >= HOT:
        return Finding("warning", f"{degrees:.0f} °C", "cool it: a heat sink, a fan, more air")
    return Finding("ok", f"{degrees:.0f} °C")


def throttling(machine: Machine) -> Finding:
    """Whether a Raspberry Pi slows itself down, or did since its start."""
    command = shutil.which("vcgencmd")
    if command is None:
        return Finding("ok", "not told by this machine (no vcgencmd)")
    try:
        call = [command, "get_throttled"]
        told = subprocess.run(call, capture_output=True, text=True, timeout=5, check=True).stdout
        bits = int(told.strip().removeprefix("throttled="), 16)
    except (OSError, ValueError, subprocess.SubprocessError):
        advice = "may you? sudo usermod -aG video $USER, then log in again"
        return Finding("warning", "vcgencmd does not tell", advice)
    if not bits:
        return Finding("ok", "never since the start")
    named = [(place, what) for place, what in THROTTLED.items() if bits >> place & 1]
    now = [what for place, what in named if place < 16]
    once = [what for place, what in named if place >= 16]
    parts = [f"now: {', '.join(now)}"] if now else []
    parts += [f"since the start: {', '.join(once)}"] if once else []
    power = "a power supply and a cable that are made for it"
    return Finding("warning", "; ".join(parts), power if bits & UNDER_VOLTAGE else "cool it")


def memory(machine: Machine) -> Finding:
    """What is free for `edge-lip run`, swap included."""
    sizes = {}
    for line in machine.lines("proc/meminfo"):
        key, _, value = line.partition(":")
        sizes[key] = int(value.split()[0]) * 1024
    if "MemAvailable" not in sizes:
        return Finding("ok", "not told by this machine")
    free, swap = sizes["MemAvailable"], sizes.get("SwapFree", 0)
    what = (
        f"{free // MIB} of {sizes['MemTotal'] // MIB} MiB free, "
        f"swap {swap // MIB} of {sizes.get('SwapTotal', 0) // MIB}"
    )
    if free >= RUN_MEMORY:
        return Finding("ok", what)
    advice = f"edge-lip run takes {RUN_MEMORY // MIB} MiB: end other programs, or add swap"
    return Finding("warning" if free + swap >= RUN_MEMORY else "failed", what, advice)


def disk(machine: Machine) -> Finding:
    """What is free in the home folder, where the models are kept."""
    home = Path.home()
    try:
        free = shutil.disk_usage(home).free
    except OSError as error:
        return Finding("failed", f"{home}: {error.strerror}", "is there a home folder?")
    what = f"{free // MIB} MiB free in {home}"
    if free < INSTALLED:
        return Finding("warning", what, f"an installation takes {INSTALLED // MIB} MiB: make room")
    return Finding("ok", what)
