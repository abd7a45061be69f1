"""The clock is set by years, as on a board without a battery that finds a network."""

from collections.abc import Iterator

from machines.guest.bench import Bench, Figure, equal
from machines.guest.service import installed

YEARS = {"two years forth": "+2 years", "four years back": "-4 years", "and forth": "+2 years"}


def play(bench: Bench) -> Iterator[Figure]:
    with installed(bench) as service, service.journal() as journal:
        process = service.show("MainPID")
        for (told, by), clip in zip(YEARS.items(), bench.clips, strict=True):
            bench.host.call(f"sudo date -s '{by}'")
            text = service.text(bench, journal, clip)
            yield equal(f"{told}: a text", text, bench.clips[clip].text)
        yield equal("the same process", service.show("MainPID"), process)
        yield equal("restarts", service.show("NRestarts"), "0")
