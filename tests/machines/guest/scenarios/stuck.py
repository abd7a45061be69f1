"""A service that is stuck is started anew by systemd's watchdog."""

from collections.abc import Iterator

from machines.guest.bench import Bench, Figure, equal, seconds
from machines.guest.service import has, installed

WATCHDOG, PAUSE = 30.0, 10.0
"""Seconds: `WatchdogSec` and `RestartSec` of the unit."""


def play(bench: Bench) -> Iterator[Figure]:
    with installed(bench) as service, service.journal() as journal:
        stopped = bench.host.now()
        bench.host.call("sudo kill -STOP " + service.show("MainPID"))
        noticed = journal.wait(has("Watchdog timeout"), "the watchdog", WATCHDOG + 10)
        yield seconds("stopped dead: noticed after", noticed.at - stopped, WATCHDOG + 1)
        again = journal.wait(has("Started edge-lip"), "its being ready again", PAUSE + 40)
        yield seconds("ready again after", again.at - noticed.at, PAUSE + 10)
        yield from service.texts(bench, journal, "bin", "a text then")
        yield equal("restarts", service.show("NRestarts"), "1")
