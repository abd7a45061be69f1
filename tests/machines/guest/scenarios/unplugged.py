"""A camera is pulled out of its port, and put in again."""

from collections.abc import Iterator, Sequence

from machines.guest.bench import Bench, Figure, says, seconds, unplug

TOLD = 1.0
BACK = 1.5
"""Seconds from being plugged in to the first picture that is read."""
AWAY = (1.0, 3.0, 8.0)
LONG = 60.0


def play(bench: Bench) -> Iterator[Figure]:
    yield from away_for(bench, (*AWAY, *((LONG,) if bench.long else ())))


def small(bench: Bench) -> Iterator[Figure]:
    """The least that shows that all parts work."""
    yield from away_for(bench, AWAY[:1])


def away_for(bench: Bench, times: Sequence[float]) -> Iterator[Figure]:
    hand = bench.hand
    with bench.reading() as program:
        for away in times:
            first = len(program.said)
            pulled, plugged = unplug(bench, program, away)
            gone = program.wait(says("gives no more pictures"), "its loss", 10, first)
            back = program.wait(says("is back"), "its coming back", away + 10, first)
            yield seconds(f"{away:g} s: told after", gone.at - pulled, TOLD + hand, -hand)
            yield seconds(f"{away:g} s: read again after", back.at - plugged, BACK + hand, -hand)
            program.hear(2)
        if bench.talks:
            text, _, _ = bench.text(program, "set")
            yield Figure("a text then", text, text == bench.clips["set"].text)
