"""An hour of reading: what is resident, and every sentence."""

from collections.abc import Iterator
from itertools import cycle

from machines.guest.bench import Bench, Figure, is_true
from machines.guest.host import LostError

HOUR = 3600.0
EVERY = 300.0
SETTLED = 600.0
"""Seconds after which nothing grows any more that has to."""
GROWTH = 1.0
"""MiB that may be resident more at the end than when it had settled."""


def play(bench: Bench) -> Iterator[Figure]:
    resident: list[tuple[float, float]] = []
    texts = missed = 0
    names = cycle(bench.clips)
    with bench.reading() as program:
        began = program.now
        while program.now - began < HOUR:
            try:
                bench.text(program, next(names))
                texts += 1
            except LostError:
                missed += 1
            if program.now - began >= EVERY * (len(resident) + 1):
                resident.append((program.now - began, _resident(bench)))
                yield Figure(f"{resident[-1][0] / 60:.0f} min: resident (MiB)", resident[-1][1])
            program.hear(2)
    settled = [size for at, size in resident if at >= SETTLED]
    growth = settled[-1] - settled[0]
    yield Figure("since 10 min: more (MiB)", growth, growth <= GROWTH, f"≤ {GROWTH:g}")
    yield is_true("texts, and sentences without one", texts > 0, f"{texts}, {missed}")


def _resident(bench: Bench) -> float:
    """MiB of `edge-lip run`."""
    return int(bench.host.call("ps -C edge-lip -o rss= | sort -n | tail -1")) / 1024
