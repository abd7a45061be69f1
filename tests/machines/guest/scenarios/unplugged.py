"""A camera is pulled out of its port, and put in again."""

from collections.abc import Iterator

from machines.guest.bench import Asked, Bench, Figure, says, seconds

TOLD = 1.0
BACK = 1.5
"""Seconds from being plugged in to the first picture that is read."""
AWAY = (1.0, 3.0, 8.0)
LONG = 60.0
HAND = 2.0
"""Seconds by which a person's hands are apart, one at the plug and one at the key."""


def play(bench: Bench) -> Iterator[Figure]:
    hand = HAND if isinstance(bench.camera, Asked) else 0.0
    with bench.reading() as program:
        for away in (*AWAY, *((LONG,) if bench.long else ())):
            first = len(program.said)
            if isinstance(bench.camera, Asked):
                pulled = bench.camera.tell("unplug")
                program.hear(away)
                plugged = bench.camera.tell("plug")
            else:
                pulled = bench.camera.tell("unplug", f"{away:g}")
                plugged = pulled + away
            gone = program.wait(says("gives no more pictures"), "its loss", 10, first)
            back = program.wait(says("is back"), "its coming back", away + 10, first)
            yield seconds(f"{away:g} s: told after", gone.at - pulled, TOLD + hand, -hand)
            yield seconds(f"{away:g} s: read again after", back.at - plugged, BACK + hand, -hand)
            program.hear(2)
        if not hand:
            text, _, _ = bench.text(program, "set")
            yield Figure("a text then", text, text == bench.clips["set"].text)
