"""`--host`, against this machine as if it were somebody's: a program is the person beside it."""

import subprocess
import sys
from collections.abc import Iterator

from machines.guest.bench import DO, PRESS, Bench, Figure, equal, is_true

SCENARIOS = ("listed", "unplugged", "service", "stuck")


def play(bench: Bench) -> Iterator[Figure]:
    host = bench.host
    words = [sys.executable, "-m", "machines.guest", "--host", host.address]
    words += ["--command", host.command, *(f"--ssh={option}" for option in host.options)]
    words += ["--scenarios", *SCENARIOS]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        try:
            said, done = _beside(bench, other)
        finally:
            other.terminate()
    yield Figure("asked to pull and to plug, times", str(done))
    rows = [line for line in said.splitlines() if line.startswith(SCENARIOS)]
    for line in rows:
        name, what = line[:19].strip(), " ".join(line[19:].split())
        yield is_true(name, "WRONG" not in what and "broke off" not in what, what)
    yield equal("its exit code", str(other.returncode), "0")


def _beside(bench: Bench, other: "subprocess.Popen[bytes]") -> tuple[str, int]:
    """Do what is asked for until nothing more is said; all that was said, and how often."""
    assert other.stdin and other.stdout
    said, heard, done = "", "", 0
    while piece := other.stdout.read1(4096):  # type: ignore[attr-defined]
        said += piece.decode()
        heard += piece.decode()
        if PRESS in heard:
            (word,) = (word for word, asked in DO.items() if asked in heard)
            bench.emulated.tell(word)
            other.stdin.write(b"\n")
            other.stdin.flush()
            said += "\n"  # as a terminal shows it
            heard, done = "", done + 1
    other.wait()
    return said, done
