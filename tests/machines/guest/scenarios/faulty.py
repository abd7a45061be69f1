"""A camera that is plugged in, and does not do what it should."""

from collections.abc import Iterator

from machines.guest.bench import Bench, Figure, is_true, says, seconds


def play(bench: Bench) -> Iterator[Figure]:
    camera = bench.emulated
    with bench.reading() as program:
        first = len(program.said)
        hung = camera.tell("hang", "4")
        told = program.wait(says("has given no picture"), "that it hangs", 10, first)
        yield seconds("hangs: told after", told.at - hung, 2.5)
        back = program.wait(says("is back"), "that it goes on", 10, first)
        yield seconds("hangs: read again after", back.at - hung - 4, 0.5)
        program.hear(1)

        first = len(program.said)
        frozen = camera.tell("freeze", "7")
        told = program.wait(says("has shown the same"), "that it is frozen", 10, first)
        yield seconds("the same picture: told after", told.at - frozen, 5.5)
        program.wait(says("shows something new"), "that it is not", 10, first)

        first = len(program.said)
        camera.tell("break", "3")
        program.hear(2)
        lost = [line for line in program.said[first:] if line.event.get("kind") == "source"]
        yield is_true("three broken pictures: nothing is told", not lost)
        text, _, _ = bench.text(program, "bin")
        yield Figure("three broken pictures: a text then", text, text == bench.clips["bin"].text)

        first = len(program.said)
        slow = camera.tell("rate", "6")
        told = program.wait(says("too few to read well"), "that it is slow", 20, first)
        yield seconds("6 pictures a second: told after", told.at - slow, 10.5)
        camera.tell("rate", "1000")
        program.wait(says("pictures a second again"), "that it is not", 20, first)
