"""Texts for a broker of the machine, which goes and comes back."""

from collections.abc import Iterator

from machines.guest.bench import RUN, Bench, Figure, equal, seconds
from machines.guest.host import FOLDER
from machines.guest.service import has

TOPIC = "lips"


def play(bench: Bench) -> Iterator[Figure]:
    host = bench.host
    python = host.command.replace("bin/edge-lip", "bin/python")
    host.call("sudo systemctl start mosquitto")
    try:
        with (
            host.watch(f"{python} {FOLDER}/listen.py {TOPIC}", "the listener") as listener,
            bench.reading(f"{RUN} --to mqtt://127.0.0.1/{TOPIC}") as program,
        ):
            listener.wait(has("listens"), "its beginning", 30, 0)
            text, _, line = bench.text(program, "bin")
            heard = listener.wait(has("heard"), "the text", 10, 0)
            yield equal("heard", heard.text.removeprefix("heard "), text)
            yield seconds("from the event to the listener", heard.at - line.at, 0.5)

            first, heard_first = len(program.said), len(listener.said)
            stopped = host.now()
            host.call("sudo systemctl stop mosquitto")
            gone = program.wait(has("is gone"), "that the broker is gone", 20, first)
            yield seconds("broker stopped: told after", gone.at - stopped, 2)
            text, _, _ = bench.text(program, "set")
            yield equal("a text meanwhile", text, bench.clips["set"].text)
            started = host.now()
            host.call("sudo systemctl start mosquitto")
            back = program.wait(has("is there again"), "that it is back", 40, first)
            yield seconds("broker started: there again after", back.at - started, 31)
            listener.wait(has("listens"), "the listener's coming back", 40, heard_first)
            after, _, line = bench.text(program, "lay")
            program.hear(3)
            listener.hear(line.at + 3 - listener.now)
        said = [line.text for line in listener.said if line.text.startswith("heard ")]
        twice = [one for one in set(said) if said.count(one) > 1]
        yield Figure("heard twice", ", ".join(twice) or "nothing", not twice)
        count = said.count(f"heard {after}")
        yield Figure(f"{after}, times", str(count), count == 1, "1")
    finally:
        host.call("sudo systemctl stop mosquitto", check=False)
