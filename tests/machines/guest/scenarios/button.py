"""A button between a pin and ground, on a GPIO chip of the kernel: gpiozero and lgpio see no
stand-in."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from machines.guest.bench import RUN, Bench, Figure, equal, is_true, seconds
from machines.guest.host import Host, LostError
from machines.guest.service import NAME, installed

PIN = 17
LINES = 54
CHIPS = "/sys/kernel/config/gpio-sim/board"
BOARDS = {"Pi 4": "c03114", "Pi 5": "c04170"}
"""Revisions, as /proc/cpuinfo tells them: gpiozero takes no machine that tells none."""
DROP_IN = f"/etc/systemd/system/{NAME}.d/board.conf"
ASK = """
import gpiozero, json, lgpio
button = gpiozero.Button(17)
chip = gpiozero.Device.pin_factory.chip
print(json.dumps([chip, bool(button.is_pressed)]))
"""


@dataclass(frozen=True)
class Chips:
    """Simulated GPIO chips, the first of which is a board's unless told otherwise."""

    host: Host

    def line(self, chip: int) -> str:
        """The folder of the pin on /dev/gpiochip`chip`."""
        return f"/sys/devices/platform/gpio-sim.*/gpiochip{chip}/sim_gpio{PIN}"

    def hold(self, held: bool, chip: int = 0) -> None:
        """Press the button, or let go."""
        pull = "pull-down" if held else "pull-up"
        self.host.call(f"echo {pull} | sudo tee {self.line(chip)}/pull > /dev/null")


@contextmanager
def chips(host: Host, count: int) -> Iterator[Chips]:
    """So many chips, from /dev/gpiochip0 on."""
    banks = " ".join(f"{CHIPS}/bank{k}" for k in range(count))
    script = f"""
modprobe -a configfs gpio-sim
mountpoint -q /sys/kernel/config || mount -t configfs configfs /sys/kernel/config
mkdir {CHIPS} && mkdir {banks}
for bank in {banks}; do echo {LINES} > $bank/num_lines; done
echo 1 > {CHIPS}/live
udevadm settle
"""
    remove = f"echo 0 > {CHIPS}/live; rmdir {banks} {CHIPS}; modprobe -r gpio-sim"
    host.call(f"sudo sh -ec '{script}'")
    try:
        yield Chips(host)
    finally:
        host.call(f"sudo sh -c '{remove}'", check=False)


@contextmanager
def board(host: Host, revision: str) -> Iterator[None]:
    """A machine that says it is a Raspberry Pi of that revision, to its services, too."""
    host.write("/run/cpuinfo", host.call("cat /proc/cpuinfo") + f"Revision\t: {revision}\n")
    host.call("sudo mount --bind /run/cpuinfo /proc/cpuinfo")
    # A service has a /proc of its own.
    host.write(DROP_IN, "[Service]\nBindReadOnlyPaths=/run/cpuinfo:/proc/cpuinfo\n")
    try:
        yield
    finally:
        host.call(f"sudo umount /proc/cpuinfo; sudo rm -r $(dirname {DROP_IN})", check=False)


def play(bench: Bench) -> Iterator[Figure]:
    host = bench.host
    for name, revision in BOARDS.items():
        for count in (1, 5):
            with chips(host, count), board(host, revision):
                yield _assumed(bench, name, count)
    with chips(host, 1) as pins, board(host, BOARDS["Pi 4"]):
        yield from _held(bench, pins)
        yield from _service(bench, pins)


def _assumed(bench: Bench, name: str, count: int) -> Figure:
    """Which chip is opened where there are so many."""
    python = bench.host.command.replace("bin/edge-lip", "bin/python")
    bench.host.write("/run/ask.py", ASK)
    said = bench.host.call(f"cd /tmp && {python} /run/ask.py").splitlines()[-1]
    chip, pressed = json.loads(said)
    wanted = 4 if name == "Pi 5" and count > 4 else 0
    good = chip == wanted and not pressed
    there = "gpiochip0" if count == 1 else f"gpiochip0 to {count - 1}"
    return Figure(f"{name} with {there}: opened", f"gpiochip{chip}", good, f"gpiochip{wanted}")


def _held(bench: Bench, pins: Chips) -> Iterator[Figure]:
    """Only what is said while it is held is read."""
    clip = bench.clips["bin"]
    with bench.reading(f"{RUN} --trigger gpio:{PIN}") as program:
        first = len(program.said)
        bench.emulated.tell("play", "bin")
        program.hear(clip.seconds + 1)
        finals = [line for line in program.said[first:] if line.event.get("kind") == "final"]
        yield is_true("not held: nothing is read", not finals)
        for name in ("bin", "set"):
            pins.hold(True)
            first = len(program.said)
            began = bench.emulated.tell("play", name)
            program.hear(began + bench.clips[name].said + 0.2 - program.now)
            let_go = bench.host.now()
            pins.hold(False)
            line = program.wait(
                lambda line: line.event.get("kind") == "final", "the text", 8, first
            )
            yield equal("held: a text", str(line.event["text"]), bench.clips[name].text)
            yield seconds("let go to its text", line.at - let_go, 1.0)
            program.hear(1)


def _service(bench: Bench, pins: Chips) -> Iterator[Figure]:
    """The same behind the walls of a service of the system."""
    with installed(bench, f'trigger = "gpio:{PIN}"') as service, service.journal() as journal:
        yield equal("as a service", service.show("ActiveState"), "active")
        pins.hold(True)
        began = bench.emulated.tell("play", "bin")
        journal.hear(began + bench.clips["bin"].said + 0.2 - journal.now)
        first = len(journal.said)
        pins.hold(False)
        wanted = bench.clips["bin"].text
        try:
            text = journal.wait(lambda line: wanted in line.text, "the text", 8, first).text
        except LostError:
            text = " | ".join(line.text for line in journal.said) or "nothing"
        yield is_true("as a service: a text", wanted in text, text)
        yield equal("restarts", service.show("NRestarts"), "0")
