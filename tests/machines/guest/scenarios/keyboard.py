"""Texts that are typed by a keyboard of the kernel, as another program sees it."""

from collections.abc import Iterator

from machines.guest.bench import RUN, Bench, Figure, equal, is_true, seconds
from machines.guest.service import has

RULE = 'KERNEL=="uinput", GROUP="input", MODE="0660"'
"""As docs/outputs.md has it."""


def play(bench: Bench) -> Iterator[Figure]:
    bench.host.write("/etc/udev/rules.d/60-uinput.rules", RULE + "\n")
    bench.host.call(
        "sudo modprobe uinput; sudo udevadm control --reload; sudo udevadm trigger -w /dev/uinput"
    )
    with bench.reading(f"{RUN} --to keyboard") as program:
        reader = "python3 edge-lip-test/keys.py edge-lip"
        with bench.host.watch(reader, "the reader of keys") as keys:
            keys.wait(has("listens"), "the keyboard", 30)
            text, _, line = bench.text(program, "bin")
            wanted = bench.clips["bin"].text
            typed = keys.wait(has("typed "), "its keys", 10)
            yield equal("typed", typed.text.removeprefix("typed "), wanted)
            waited = keys.wait(has("for "), "how long ago that was", 10, 0)
            last = typed.at - float(waited.text.removeprefix("for "))
            yield seconds("text to its last key", last - line.at, 0.2)
    there = bench.host.call("cat /proc/bus/input/devices")
    yield is_true("gone with the program", "edge-lip" not in there)
