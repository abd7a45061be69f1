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
    named: bool = False
    """Whether it is played only where it is asked for by its name."""

    @property
    def told(self) -> str:
        """What the help says of it."""
        where = "" if self.emulated else f" (--host{': ' if self.person else ''}{self.person})"
        return f"{self.summary}{where}{'; by name alone' if self.named else ''}"


_HERE = "machines.guest.scenarios"
PULL = "pull the camera's plug, and put it in again"
SCENARIOS = {
    "small": Played(f"{_HERE}.unplugged:small", "one text, pulled out, put in", named=True),
    "listed": Played(
        f"{_HERE}.listed:play", "cameras and doctor, about every node", emulated=False
    ),
    "reads": Played(f"{_HERE}.reads:mjpg", "texts from MJPG pictures, and as from files"),
    "reads-yuyv": Played(f"{_HERE}.reads:yuyv", "the same from pictures without compression"),
    "reads-isochronous": Played(f"{_HERE}.reads:isochronous", "the same by isochronous transfers"),
    "reads-rates": Played(f"{_HERE}.reads:rates", "15 and 30 pictures a second"),
    "unplugged": Played(
        f"{_HERE}.unplugged:play", "pulled out, and in after 1, 3, 8 s", person=PULL, emulated=False
    ),
    "swapped": Played(f"{_HERE}.swapped:play", "another camera under the same number; two at once"),
    "vivid": Played(f"{_HERE}.vivid:play", "the kernel's test driver: 60 formats, no MJPG"),
    "service": Played(
        f"{_HERE}.served:of_system",
        "a service of the system, and its walls",
        person=PULL,
        emulated=False,
    ),
    "service-user": Played(
        f"{_HERE}.served:of_user",
        "a service of an account that lingers",
        person=PULL,
        emulated=False,
    ),
    "stuck": Played(f"{_HERE}.stuck:play", "kill -STOP, and the watchdog", emulated=False),
    "clock": Played(f"{_HERE}.clock:play", "the clock set by years"),
    "reboot": Played(f"{_HERE}.restarted:reboot", "started again as it should be"),
    "power-cut": Played(f"{_HERE}.restarted:power_cut", "the power goes while it reads and keeps"),
    "disk-full": Played(f"{_HERE}.disks:full", "no room behind --to jsonl:"),
    "read-only": Played(f"{_HERE}.disks:read_only", "booted with a root that can't be written"),
    "broker": Played(f"{_HERE}.broker:play", "an MQTT broker that goes and comes back"),
    "keyboard": Played(f"{_HERE}.keyboard:play", "texts typed through /dev/uinput"),
    "turned": Played(f"{_HERE}.turned:play", "a camera that hangs upside down"),
    "button": Played(f"{_HERE}.button:play", "push to talk, by a GPIO chip of the kernel"),
    "desk": Played(f"{_HERE}.desk:play", "--host, as if this machine were somebody's"),
    "hour": Played(f"{_HERE}.hour:play", "an hour of reading", named=True),
    "module": Played(f"{_HERE}.module:play", "Picamera2 on libcamera's virtual camera"),
    "faulty": Played(
        f"{_HERE}.faulty:play", "hangs, is frozen, sends broken pictures, few of them"
    ),
}
