"""What is played on a machine; each is a function from a bench to the figures that it yields."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from edge_lip.registry import Entry
from machines.guest.bench import Bench, Figure

Scenario = Callable[[Bench], Iterator[Figure]]


@dataclass(frozen=True)
class Played(Entry):
    """A row of the table."""

    person: str = ""
    """What a person has to do where the machine is not emulated."""
    emulated: bool = True
    """Whether it can be played on an emulated machine alone."""


_HERE = "machines.guest.scenarios"
PULL = "pull the camera's plug, and put it in again"
SCENARIOS = {
    "listed": Played(f"{_HERE}.listed:play", "cameras and doctor, about every node"),
    "reads": Played(f"{_HERE}.reads:mjpg", "texts from MJPG pictures, and as from files"),
    "reads-yuyv": Played(f"{_HERE}.reads:yuyv", "the same from pictures without compression"),
    "reads-isochronous": Played(f"{_HERE}.reads:isochronous", "the same by isochronous transfers"),
    "reads-rates": Played(f"{_HERE}.reads:rates", "15 and 30 pictures a second"),
    "unplugged": Played(
        f"{_HERE}.unplugged:play", "pulled out, and in after 1, 3, 8 s", person=PULL, emulated=False
    ),
    "swapped": Played(f"{_HERE}.swapped:play", "another camera under the same number; two at once"),
    "vivid": Played(f"{_HERE}.vivid:play", "the kernel's test driver: 60 formats, no MJPG"),
    "service": Played(f"{_HERE}.served:of_system", "a service of the system, and its walls"),
    "service-user": Played(f"{_HERE}.served:of_user", "a service of an account that lingers"),
    "stuck": Played(f"{_HERE}.stuck:play", "kill -STOP, and the watchdog"),
    "clock": Played(f"{_HERE}.clock:play", "the clock set by years"),
    "reboot": Played(f"{_HERE}.restarted:reboot", "started again as it should be"),
    "power-cut": Played(f"{_HERE}.restarted:power_cut", "the power goes while it reads and keeps"),
    "disk-full": Played(f"{_HERE}.disks:full", "no room behind --to jsonl:"),
    "read-only": Played(f"{_HERE}.disks:read_only", "booted with a root that can't be written"),
    "broker": Played(f"{_HERE}.broker:play", "an MQTT broker that goes and comes back"),
    "keyboard": Played(f"{_HERE}.keyboard:play", "texts typed through /dev/uinput"),
    "faulty": Played(
        f"{_HERE}.faulty:play", "hangs, is frozen, sends broken pictures, few of them"
    ),
}
