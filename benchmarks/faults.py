"""What goes wrong around a reader, made to go wrong: how soon it is told, and how soon it is over.

    python -m benchmarks faults [camera] [broker] [sigterm] [--times 5] [--away 60]

`edge-lip run` is started as a user starts it, and watched from outside.

- camera: a network camera on this machine, which shows a rendered talker, is killed and started
  again after five seconds, is stopped for as long, shows the same picture, and gives five pictures
  a second; `--times` times each. Seconds until standard error has the line, and until it says that
  the camera is back. (No camera can be unplugged here: what a cable does is what a kill does, the
  driver's share apart.)
- broker: mosquitto, which has to be installed, is stopped for `--away` seconds. What a talker says
  meanwhile is compared with what the broker is told afterwards.
- sigterm: seconds from SIGTERM to the end of the process, while the camera shows, and while it
  hangs.
"""

import argparse
import json
import multiprocessing
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Any

from edge_lip.sources.specs import open_source
from edge_lip.system.opencv import cv2

from .arguments import above_zero, at_least_one

PATIENCE = 90.0
"""Seconds after which something that should have been told has not been."""
BREAK = 5.0
"""Seconds for which a camera is away."""
SETTLE = 3.0
"""Seconds of pictures before the next thing goes wrong: whoever was lost is there again."""
SAYINGS = "talker:bin blue at f two now | set red by c four soon | lay green in k nine please"
RUN = [sys.executable, "-m", "edge_lip", "run", "talker", "--json"]
FAULTS = ("camera", "broker", "sigterm")
MOVING, FROZEN, SLOW = range(3)


class Camera:
    """Serves JPEG pictures of a talker at an address, in a process that may be killed."""

    def __init__(self) -> None:
        with closing(open_source(SAYINGS + "?pause=1")) as source:
            frames = (frame for frame, _ in zip(source, range(200), strict=False))
            self._pictures = [cv2.imencode(".jpg", frame.image)[1].tobytes() for frame in frames]
        self.manner = multiprocessing.Value("i", MOVING)
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}/camera"
        self.start()

    def start(self) -> None:
        """Serve; again, after it was killed."""
        self.process = multiprocessing.Process(target=self._serve, daemon=True)
        self.process.start()

    def send(self, number: int) -> None:
        """Kill, stop or continue it."""
        assert self.process.pid
        os.kill(self.process.pid, number)

    def _serve(self) -> None:
        camera = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # noqa: N802, the library's name
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                number = 0
                try:
                    while True:
                        jpeg = camera._pictures[number % len(camera._pictures)]
                        head = f"Content-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                        self.wfile.write(f"--frame\r\n{head}".encode() + jpeg + b"\r\n")
                        manner = camera.manner.value
                        number += manner != FROZEN
                        time.sleep(0.2 if manner == SLOW else 0.04)
                except OSError:  # nobody looks any more
                    pass

            def log_message(self, *_: object) -> None: ...

        ThreadingHTTPServer(("127.0.0.1", self.port), Handler).serve_forever()


class Run:
    """A process of `edge-lip run`, and when it said what."""

    def __init__(self, *options: str) -> None:
        self.process = subprocess.Popen(
            [*RUN, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.events: list[dict[str, Any]] = []
        self._remarks: SimpleQueue[tuple[float, str]] = SimpleQueue()
        assert self.process.stdout and self.process.stderr
        Thread(target=self._listen, args=(self.process.stdout,), daemon=True).start()
        Thread(target=self._watch, args=(self.process.stderr,), daemon=True).start()

    def until(self, remark: str, since: float) -> float:
        """Seconds from `since` to a line on standard error with `remark` in it."""
        try:
            while True:
                moment, line = self._remarks.get(timeout=PATIENCE)
                if remark in line and moment >= since:
                    return moment - since
        except Empty:
            raise SystemExit(f"not told within {PATIENCE:.0f} s: {remark}") from None

    def wait_for_events(self, count: int) -> None:
        """Return when so many more have come."""
        wanted, deadline = len(self.events) + count, time.monotonic() + PATIENCE
        while len(self.events) < wanted:
            if time.monotonic() > deadline:
                raise SystemExit("nothing is read")
            time.sleep(0.01)

    def end(self) -> float:
        """Send SIGTERM; gives the seconds until it has ended."""
        start = time.monotonic()
        self.process.terminate()
        if self.process.wait(PATIENCE) != 0:
            raise SystemExit(f"exit code {self.process.returncode}")
        return time.monotonic() - start

    def _listen(self, stream: IO[str]) -> None:
        for line in stream:
            self.events.append(json.loads(line))

    def _watch(self, stream: IO[str]) -> None:
        for line in stream:
            self._remarks.put((time.monotonic(), line))


def cameras(times: int) -> None:
    """What a camera does, and how soon it is told."""
    camera = Camera()
    run = Run("--source", camera.address)
    run.wait_for_events(1)
    told: dict[str, list[float]] = {}

    def took(what: str, remark: str, since: float) -> None:
        told.setdefault(what, []).append(run.until(remark, since))

    for _ in range(times):
        time.sleep(SETTLE)
        start = time.monotonic()
        camera.send(signal.SIGKILL)
        took("killed: told", "gives no more pictures", start)
        time.sleep(max(0.0, start + BREAK - time.monotonic()))
        start = time.monotonic()
        camera.start()
        took("started again: back", "is back", start)
        time.sleep(SETTLE)
        start = time.monotonic()
        camera.send(signal.SIGSTOP)
        took("hangs: told", "has given no picture", start)
        time.sleep(max(0.0, start + BREAK - time.monotonic()))
        start = time.monotonic()
        camera.send(signal.SIGCONT)
        took("goes on: back", "is back", start)
        for manner, name, begins, ends in (
            (FROZEN, "the same picture", "has shown the same", "something new"),
            (SLOW, "5 pictures a second", "too few to read well", "pictures a second again"),
        ):
            time.sleep(SETTLE)
            start = time.monotonic()
            camera.manner.value = manner
            took(f"{name}: told", begins, start)
            start = time.monotonic()
            camera.manner.value = MOVING
            took(f"{name} no longer: told", ends, start)
    finals = sum(event["kind"] == "final" for event in run.events)
    print(f"camera, {times} times each, one process, {finals} texts between; most memory resident")
    print(f"{peak(run.process.pid):.1f} MiB. Seconds (median, most):")
    for what, seconds in told.items():
        print(f"{what:36} {statistics.median(seconds):6.2f} {max(seconds):6.2f}")
    run.end()
    camera.send(signal.SIGKILL)


def peak(pid: int) -> float:
    """The most MiB that a process has had resident."""
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def sigterms(times: int) -> None:
    """How soon a run ends."""
    for hangs in (False, True):
        seconds = []
        for _ in range(times):
            camera = Camera()
            run = Run("--source", camera.address)
            run.wait_for_events(1)
            if hangs:
                start = time.monotonic()
                camera.send(signal.SIGSTOP)
                run.until("has given no picture", start)
            seconds.append(run.end())
            camera.send(signal.SIGKILL)
        name = "while the camera hangs" if hangs else "while something is said"
        print(
            f"SIGTERM {name}, {times} times: end after {statistics.median(seconds):.2f} s", end=""
        )
        print(f" (median), {max(seconds):.2f} s (most), exit code 0")


class Broker:
    """mosquitto, and what it is told."""

    def __init__(self) -> None:
        program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
        if program is None:
            raise SystemExit("needs mosquitto: sudo apt install mosquitto")
        self.port = free_port()
        self._call = [program, "-p", str(self.port)]
        self.heard: list[tuple[float, dict[str, Any]]] = []
        self.start()

    def start(self) -> None:
        """Answer, and listen."""
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion

        self._process = subprocess.Popen(
            self._call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_message = lambda *what: self.heard.append(
            (time.monotonic(), json.loads(what[2].payload))
        )
        while True:
            try:
                self._client.connect("127.0.0.1", self.port)
                break
            except OSError:
                time.sleep(0.01)
        self._client.subscribe("lips/event", qos=1)
        self._client.loop_start()

    def stop(self) -> None:
        """Be gone."""
        self._process.terminate()
        self._process.wait()
        self._client.loop_stop()


def brokers(away: float) -> None:
    """What a broker that was away is told afterwards."""
    broker = Broker()
    output = f"mqtt://127.0.0.1:{broker.port}/lips?expire=0&discovery=0"
    run = Run("--source", f"{SAYINGS}?realtime=1&loop=1", "--to", output)
    run.wait_for_events(10)
    gone = time.monotonic()
    broker.stop()
    before = len(run.events)
    time.sleep(max(0.0, gone + away - time.monotonic()))
    during = run.events[before:]
    back = time.monotonic()
    broker.start()
    seconds = run.until("the broker is there again", back)
    run.wait_for_events(10)
    time.sleep(1.0)
    run.end()
    time.sleep(1.0)
    broker.stop()
    said = [key(event) for event in run.events]
    heard = [key(event) for _, event in broker.heard]
    once = list(dict.fromkeys(heard))
    kinds = [event["kind"] for event in during]
    late = sum(key(event) in set(heard) for event in during)
    last = max((moment for moment, event in broker.heard if event in during), default=back)
    lost = [event["kind"] for event in run.events if key(event) not in set(heard)]
    finals, twice = kinds.count("final"), len(heard) - len(once)
    print(f"broker away for {away:.0f} s: {len(during)} events meanwhile, {finals} final. Then")
    print(f"it is connected to after {seconds:.1f} s; the last of {late} that had waited arrived")
    print(f"after {last - back:.1f} s. Came twice: {twice}. In the whole run: {len(said)} events,")
    print(f"{len(lost)} not arrived {sorted(set(lost))}, in their order: ", end="")
    print(once == [event for event in said if event in set(heard)])


def key(event: dict[str, Any]) -> tuple[object, ...]:
    """What tells an event from all others."""
    return event["kind"], event["start"], event["end"], event["text"], event["frames"]


def free_port() -> int:
    """A port of the loopback that nobody uses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def main(arguments: Sequence[str] | None = None) -> None:
    """Let it go wrong."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks faults", description="What goes wrong around a reader."
    )
    parser.add_argument("faults", nargs="*", choices=[*FAULTS, []], metavar="FAULT")
    parser.add_argument("--times", type=at_least_one, default=5)
    parser.add_argument("--away", type=above_zero, default=60.0, help="seconds without a broker")
    options = parser.parse_args(arguments)
    wanted: Iterable[str] = options.faults or FAULTS
    if "camera" in wanted:
        cameras(options.times)
    if "broker" in wanted:
        brokers(options.away)
    if "sigterm" in wanted:
        sigterms(options.times)
