"""Checks of the board: processor, heat, power, memory, disk."""

import shutil
import subprocess
from pathlib import Path

from ...runtime import machine as measures
from ...runtime.conditions import HOT, SCALES_ANYWAY, throttled_bits, throttled_words
from .check import Finding, Machine

MIB = 2**20
RUN_MEMORY = 127 * MIB
"""What `edge-lip run` has resident at most (README)."""
INSTALLED = 455 * MIB
"""What an installation takes (docs/raspberry-pi.md)."""
UNDER_VOLTAGE = 1 << 0 | 1 << 16
GOVERNORS = "/sys/devices/system/cpu/cpu*/cpufreq/scaling_governor"


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
    try:
        bits = throttled_bits()
    except FileNotFoundError:
        return Finding("ok", "not told by this machine (no vcgencmd)")
    except (OSError, ValueError, subprocess.SubprocessError):
        advice = "may you? sudo usermod -aG video $USER, then log in again"
        return Finding("warning", "vcgencmd does not tell", advice)
    if not bits:
        return Finding("ok", "never since the start")
    now, once = throttled_words(bits)
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
