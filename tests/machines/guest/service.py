"""`edge-lip run` as a service of the machine or of its account, as docs/appliance.md says."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from machines.guest.bench import MODEL, Bench, Figure, equal
from machines.guest.host import Host, Line, LostError, Watched

SETTINGS = ".config/edge-lip/config.toml"
NAME = "edge-lip.service"
READY = 60.0
"""Seconds of its clock until a service has to be ready; systemd has no more patience either."""


@dataclass(frozen=True)
class Service:
    """The service, installed or not."""

    host: Host
    command: str
    of_user: bool = False

    @property
    def systemctl(self) -> str:
        """How its manager is asked."""
        return f"{RUNTIME} systemctl --user" if self.of_user else "sudo systemctl"

    def require_none(self) -> None:
        """Raises `LostError` where there is a service, or settings: they are somebody's."""
        places = (SETTINGS, f"/etc/systemd/system/{NAME}", f".config/systemd/user/{NAME}")
        for place in places:
            if self.host.call(f"test ! -e {place} || echo there").strip():
                raise LostError(f"{place} is there already: move it away first")

    def install(self, *settings: str) -> str:
        """Set the camera and `settings`, install, and wait until it is ready; what was said."""
        lines = "\n".join(("[run]", f'model = "{MODEL}"', 'camera = "0"', *settings))
        # By hand, as somebody would.
        self.host.call(f"mkdir -p $(dirname {SETTINGS}) && printf '%b\\n' '{lines}' > {SETTINGS}")
        if self.of_user:
            self.host.call("sudo loginctl enable-linger $USER")
            self.host.call("until test -S /run/user/$(id -u)/bus; do sleep 0.2; done")
            return self.host.call(f"{RUNTIME} {self.command} service install")
        unit = f"/etc/systemd/system/{NAME}"
        return self.host.call(
            f"{self.command} service install --system --print | sudo tee {unit}"
            f" && sudo systemctl daemon-reload && sudo systemctl enable -q --now {NAME} && sync"
        )

    def remove(self) -> None:
        """Stop it, and leave nothing."""
        if self.of_user:
            self.host.call(f"{RUNTIME} {self.command} service remove", check=False)
            self.host.call("sudo loginctl disable-linger $USER")
        else:
            unit = f"/etc/systemd/system/{NAME}"
            self.host.call(f"sudo systemctl disable -q --now {NAME}; sudo rm -f {unit}")
        self.host.call(f"{self.systemctl} daemon-reload; rm -f {SETTINGS}", check=False)

    def show(self, name: str) -> str:
        """A property of it."""
        return self.host.call(f"{self.systemctl} show --value -p {name} {NAME}").strip()

    def at(self, name: str) -> float:
        """When something of it happened, in seconds of CLOCK_MONOTONIC."""
        return int(self.show(f"{name}TimestampMonotonic")) / 1e6

    @contextmanager
    def journal(self) -> Iterator[Watched]:
        """What it and systemd say of it, from now on."""
        unit = f"--user-unit={NAME}" if self.of_user else f"--unit={NAME}"
        command = f"--journal journalctl --follow --lines=0 --output=json {unit}"
        with self.host.watch(command, "the journal") as journal:
            journal.hear(1)
            yield journal

    def texts(self, bench: Bench, journal: Watched, clip: str, what: str) -> Iterator[Figure]:
        """Play a clip, and compare its text, where somebody says it."""
        if bench.talks:
            yield equal(what, self.text(bench, journal, clip), bench.clips[clip].text)

    def text(self, bench: Bench, journal: Watched, clip: str) -> str:
        """Play a clip; the text in the journal, or what was there in its place."""
        bench.emulated.tell("play", clip)
        wanted = bench.clips[clip].text
        first = len(journal.said)
        try:
            return wanted if journal.wait(has(wanted), f"the text of {clip}", 15) else ""
        except LostError:
            return " | ".join(line.text for line in journal.said[first:]) or "nothing"


RUNTIME = "XDG_RUNTIME_DIR=/run/user/$(id -u)"
"""Over ssh alone nobody is logged in, as far as systemd knows."""


def has(words: str) -> Callable[[Line], bool]:
    """Whether a line has these words."""
    return lambda line: words in line.text


@contextmanager
def installed(bench: Bench, *settings: str, of_user: bool = False) -> Iterator[Service]:
    """The service, ready; it is removed at the end."""
    service = Service(bench.host, bench.host.command, of_user)
    service.require_none()
    try:
        service.install(*settings)
        yield service
    finally:
        service.remove()
