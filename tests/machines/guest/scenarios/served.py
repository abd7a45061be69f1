"""`edge-lip service`, of the system and of an account that is not logged in."""

from collections.abc import Iterator

from machines.guest.bench import Bench, Figure, equal, seconds, unplug
from machines.guest.service import NAME, READY, Service, has, installed

EXPOSED = 1.1
"""Of 10, what `systemd-analyze security` gives a service with a camera at most."""
AWAY = 8.0
MEMORY = 109.0
"""MiB, what `edge-lip run` has resident at most (README)."""


def of_system(bench: Bench) -> Iterator[Figure]:
    with installed(bench) as service:
        yield from _begins(service)
        said = bench.host.call(f"sudo systemd-analyze security --no-pager {NAME}").splitlines()
        exposed = float(next(word for word in said[-1].split() if word[0].isdigit()))
        yield Figure(
            "systemd-analyze security (of 10)", exposed, exposed <= EXPOSED, f"≤ {EXPOSED}"
        )
        yield from _reads(bench, service)
        yield from _ends(bench, service)


def of_user(bench: Bench) -> Iterator[Figure]:
    with installed(bench, of_user=True) as service:
        yield from _begins(service)
        yield from _reads(bench, service)
        yield from _ends(bench, service)


def _begins(service: Service) -> Iterator[Figure]:
    yield equal("after installing", service.show("ActiveState"), "active")
    ready = service.at("ActiveEnter") - service.at("ExecMainStart")
    yield seconds("ready after its start", ready, READY)


def _reads(bench: Bench, service: Service) -> Iterator[Figure]:
    process = service.show("MainPID")
    with service.journal() as journal:
        yield from service.texts(bench, journal, "bin", "a text in the journal")
        _, plugged = unplug(bench, journal, AWAY)
        journal.wait(has("gives no more pictures"), "its loss", 10, 0)
        back = journal.wait(has("is back"), "its coming back", AWAY + 10, 0)
        what = f"camera away for {AWAY:g} s: read again after"
        yield seconds(what, back.at - plugged, 1.5 + bench.hand, -bench.hand)
        journal.hear(1)
        yield from service.texts(bench, journal, "set", "a text then")
    yield equal("the same process", service.show("MainPID"), process)
    yield equal("restarts", service.show("NRestarts"), "0")
    peak = int(service.show("MemoryPeak")) / 2**20
    yield Figure("memory at most (MiB)", peak, peak < MEMORY, f"< {MEMORY:g}")


def _ends(bench: Bench, service: Service) -> Iterator[Figure]:
    bench.host.call(f"{service.systemctl} stop {NAME}")
    yield equal("its exit code", service.show("ExecMainStatus"), "0")
    took = service.at("InactiveEnter") - service.at("ActiveExit")
    yield seconds("stopped within", took, 2.0)
