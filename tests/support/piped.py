"""`edge-lip run` in a process of its own, with a camera at its standard input that a test has in
its hand."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from queue import SimpleQueue
from typing import IO, Any

import numpy as np

PATIENCE = 120.0
"""Seconds after which a test that waits has failed."""
SIZE = (64, 48)
IMPATIENT = """
import sys
from functools import partial
from edge_lip.cli.main import main
from edge_lip.sources import capture
capture.Policy = partial(capture.Policy, first=60, stall=1, freeze=1, count=1)
sys.exit(main(sys.argv[1:]))
"""
"""`edge-lip` that tells of a source after a second, so that tests take no longer."""

Camera = Callable[[], Iterator[tuple[bytes, float]]]
"""Gives pictures, and how many seconds pass after each."""


def noise() -> Iterator[bytes]:
    """Pictures that all differ, as those of a sensor do."""
    generator = np.random.default_rng(0)
    while True:
        yield generator.integers(0, 256, (SIZE[1], SIZE[0]), np.uint8).tobytes()


def steady(fps: float) -> Camera:
    """So many pictures a second that all differ."""
    return lambda: ((picture, 1 / fps) for picture in noise())


def frozen() -> Iterator[tuple[bytes, float]]:
    """The same picture, again and again."""
    picture = next(noise())
    while True:
        yield picture, 0.04


def hanging() -> Iterator[tuple[bytes, float]]:
    """Nothing."""
    return iter(())


class PipedRun:
    """A run that reads what `show` says, and tells what it says itself.

    Frames go at the pace of the camera, or slower: nothing here depends on how fast the machine is.
    """

    def __init__(self, *options: str, environment: Mapping[str, str] | None = None) -> None:
        spec = f"raw:-?size={SIZE[0]}x{SIZE[1]}&format=gray&live=1"
        call = ["run", "talker", "--source", spec, "--tracker", "haar", *options]
        self.process = subprocess.Popen(
            [sys.executable, "-c", IMPATIENT, *call],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | dict(environment or {}),
        )
        assert self.process.stdin and self.process.stdout and self.process.stderr
        self._stdin: IO[bytes] = self.process.stdin
        self.remarks: SimpleQueue[str] = SimpleQueue()
        self._printed: list[str] = []
        self._camera: Camera = hanging
        self._changed, self._ended = threading.Event(), threading.Event()
        self._threads = [
            threading.Thread(target=work, args=arguments, daemon=True)
            for work, arguments in (
                (self._feed, ()),
                (_follow, (self.process.stdout, self._printed.append)),
                (_follow, (self.process.stderr, self.remarks.put)),
            )
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> "PipedRun":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self._ended.set()
        self._changed.set()
        self.process.wait(PATIENCE)
        for thread in self._threads:
            thread.join(PATIENCE)

    def show(self, camera: Camera) -> None:
        """From now on the camera gives this."""
        self._camera = camera
        self._changed.set()

    def wait_for(self, remark: str) -> str:
        """The next line on standard error with `remark` in it."""
        while remark not in (line := self.remarks.get(timeout=PATIENCE)):
            pass
        return line

    def end(self, signal: int | None = None) -> int:
        """The camera ends, or somebody sends `signal`; gives the exit code."""
        if signal is None:
            self._ended.set()
            self._changed.set()
        else:
            self.process.send_signal(signal)
        code = self.process.wait(PATIENCE)
        for thread in self._threads[1:]:
            thread.join(PATIENCE)
        return code

    def events(self) -> list[dict[str, Any]]:
        """What was printed, with `--json`; after the end."""
        return [json.loads(line) for line in self._printed]

    def _feed(self) -> None:
        try:
            while not self._ended.is_set():
                self._changed.clear()
                for picture, pause in self._camera():
                    self._stdin.write(picture)
                    self._stdin.flush()
                    if self._changed.wait(pause):
                        break
                else:
                    self._changed.wait()
            self._stdin.close()
        except BrokenPipeError:  # nobody reads any more
            pass


def _follow(stream: IO[bytes], take: Callable[[str], object]) -> None:
    with stream:
        for line in stream:
            take(line.decode().rstrip("\n"))
