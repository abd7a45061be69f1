"""Run a command, and tell what it says and when.

    watch.py [--journal] COMMAND ...

Each line of the command's output and of its errors becomes a line of JSON with `at`, seconds of
CLOCK_MONOTONIC when it came, and `line`. Each second there is one with `at` alone: whoever waits
knows the time here. The last has `ended`, the exit code. Lines on standard input are names of
signals (`TERM`) for the command; when it ends, the command gets TERM. With `--journal` the command
is `journalctl -o json`, and lines and times are those of the journal.
"""

import json
import os
import selectors
import signal
import subprocess
import sys
import time

EVERY = 1.0
PATIENCE = 10.0
"""Seconds that a command has to end after TERM."""


def main() -> None:
    words = sys.argv[1:]
    journal = words[0] == "--journal"
    process = subprocess.Popen(
        words[journal:], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdout
    out, orders = process.stdout.fileno(), sys.stdin.fileno()
    selector = selectors.DefaultSelector()
    selector.register(out, selectors.EVENT_READ)
    selector.register(orders, selectors.EVENT_READ)
    rest, due, last = b"", 0.0, None
    while True:
        now = time.monotonic()
        if now >= due:
            tell(at=now)
            due = now + EVERY
        ready = [key.fd for key, _ in selector.select(due - now)]
        if out in ready:
            now, data = time.monotonic(), os.read(out, 1 << 16)
            if not data:
                break
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                if journal:
                    entry = json.loads(line)
                    at = int(entry["__MONOTONIC_TIMESTAMP"]) / 1e6
                    tell(at=at, line=str(entry["MESSAGE"]))
                else:
                    tell(at=now, line=line.decode(errors="replace"))
        if orders in ready:
            names = os.read(orders, 4096).decode().split()
            if not names:
                selector.unregister(orders)
                last = time.monotonic() + PATIENCE
            for name in names or ["TERM"]:
                process.send_signal(getattr(signal, f"SIG{name}"))
                tell(at=time.monotonic(), sent=name)
        if last is not None and time.monotonic() > last:
            process.kill()
    if rest:
        tell(at=time.monotonic(), line=rest.decode(errors="replace"))
    code = process.wait()
    tell(at=time.monotonic(), ended=code)


def tell(**what: object) -> None:
    try:
        print(json.dumps(what), flush=True)
    except OSError:  # nobody listens any more; the end of standard input tells
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, until the end


if __name__ == "__main__":
    main()
