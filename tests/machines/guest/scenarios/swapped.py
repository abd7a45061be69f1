"""A camera goes, and another one takes its number; then there are two."""

from collections.abc import Iterator

from machines.guest.bench import RUN, Bench, Emulated, Figure, equal, says, seconds


def play(bench: Bench) -> Iterator[Figure]:
    other = Emulated(bench.host, "other")
    try:
        with bench.reading() as program:
            first = len(program.said)
            bench.emulated.tell("unplug")
            program.wait(says("gives no more pictures"), "its loss", 10, first)
            began = bench.host.now()
            other.start(list(bench.clips), "--name", "Other")
            back = program.wait(says("is back"), "the other one", 20, first)
            # Until it is there at all, a program has to start.
            yield seconds("another in its place: read after its start", back.at - began, 10)
            program.hear(1)
            text, _, _ = bench.text(program, "lay", camera=other)
            yield equal("a text of it", text, bench.clips["lay"].text)
            bench.emulated.tell("plug")
            program.hear(3)
            run = RUN.replace("--camera 0", "--camera 2")
            with bench.reading(run) as second:
                text, _, _ = bench.text(second, "set")
                yield equal("two at once: a text of the second", text, bench.clips["set"].text)
    finally:
        other.stop()
        bench.emulated.start(list(bench.clips))
