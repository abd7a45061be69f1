"""A machine that is tested, behind ssh: the emulated one, or one that is on a desk.

Everything is done by its account; `sudo` without a password is root, as on Raspberry Pi OS.
"""

import io
import json
import queue
import shlex
import subprocess
import tarfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

INSIDE = Path(__file__).parent / "inside"
FOLDER = "edge-lip-test"
"""In the account's home: what is put there."""
CALL = 1800.0
"""Seconds that one command may take here: an emulated machine is slow."""
SILENCE = 900.0
"""Seconds without a word, here, after which a watched machine is lost."""


class LostError(Exception):
    """The machine, or what ran there, did not do what was waited for; a line that tells."""


@dataclass(frozen=True)
class Line:
    """What something there said."""

    at: float
    """Seconds of its CLOCK_MONOTONIC."""
    text: str = ""
    ended: int | None = None
    """The exit code, in the last line."""

    @property
    def event(self) -> dict[str, object]:
        """The event of `edge-lip run --json`; empty for any other line."""
        if not self.text.startswith("{"):
            return {}
        found: dict[str, object] = json.loads(self.text)
        return found


@dataclass
class Watched:
    """A command that runs there, with what it has said."""

    name: str
    _process: "subprocess.Popen[str]"
    said: list[Line] = field(default_factory=list)
    _coming: "queue.Queue[Line | None]" = field(default_factory=queue.Queue)
    now: float = 0.0
    """The time there, when it was last heard of."""

    def __post_init__(self) -> None:
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout
        for raw in self._process.stdout:
            if raw.startswith("{"):
                told = json.loads(raw)
                self._coming.put(Line(told["at"], told.get("line", ""), told.get("ended")))
        self._coming.put(None)

    def wait(
        self, wanted: Callable[[Line], bool], what: str, seconds: float, since: int | None = None
    ) -> Line:
        """The first line that is `wanted`, of those that come and of those from number `since` on.

        Raises `LostError` when it does not come within `seconds` of the clock there.
        """
        for line in self.said[since:] if since is not None else []:
            if wanted(line):
                return line
        began: float | None = self.now or None
        while True:
            line = self._next(what)
            began = line.at if began is None else began
            if (line.text or line.ended is not None) and wanted(line):
                return line
            if line.ended is not None:
                raise LostError(f"{self.name} ended with {line.ended} before {what}{self._tail()}")
            if line.at - began > seconds:
                raise LostError(f"{what} did not come within {seconds:g} s{self._tail()}")

    def hear(self, seconds: float) -> list[Line]:
        """What it says in so many seconds of the clock there."""
        first = len(self.said)
        end = (self.now or self._next("a word").at) + seconds
        while self.now < end:
            self._next("a word")
        return self.said[first:]

    def signal(self, name: str) -> None:
        """Send it a signal, such as TERM."""
        assert self._process.stdin
        self._process.stdin.write(f"{name}\n")
        self._process.stdin.flush()

    def end(self, seconds: float = 30) -> Line:
        """End it with TERM; its last line."""
        self.signal("TERM")
        return self.wait(lambda line: line.ended is not None, "its end", seconds)

    def _next(self, what: str) -> Line:
        try:
            line = self._coming.get(timeout=SILENCE)
        except queue.Empty:
            raise LostError(f"nothing was heard for {SILENCE:.0f} s before {what}") from None
        if line is None:
            raise LostError(f"the line to {self.name} broke before {what}{self._tail()}")
        self.now = line.at
        if line.text or line.ended is not None:
            self.said.append(line)
        return line

    def _tail(self) -> str:
        said = " | ".join(line.text for line in self.said[-3:] if line.text)
        return f"; last it said: {said}" if said else ""


@dataclass(frozen=True)
class Host:
    """A machine behind ssh."""

    address: str
    """`USER@NAME`, as ssh takes it."""
    command: str
    """How `edge-lip` is called there."""
    options: tuple[str, ...]
    """Of ssh."""

    def call(
        self, command: str, check: bool = True, seconds: float = CALL, data: bytes = b""
    ) -> str:
        """What a shell's command line there prints, errors among it.

        Raises `LostError` where it fails, unless it may (`check=False`).
        """
        try:
            done = subprocess.run(
                ["ssh", *self.options, self.address, "{ " + command + "\n} 2>&1"],
                input=data,
                stdout=subprocess.PIPE,
                timeout=seconds,
            )
        except subprocess.TimeoutExpired:
            raise LostError(f"{command} did not end within {seconds:.0f} s here") from None
        said = done.stdout.decode(errors="replace")
        if done.returncode == 255:
            raise LostError(f"no ssh to {self.address}: {said.strip()}")
        if check and done.returncode:
            last = " | ".join(said.split("\n")[-4:]).strip(" |")
            raise LostError(f"{command}: exit code {done.returncode}: {last}")
        return said

    def answers(self) -> bool:
        """Whether it can be logged in."""
        words = ["ssh", *self.options, self.address, "true"]
        return subprocess.run(words, capture_output=True, stdin=subprocess.DEVNULL).returncode == 0

    def now(self) -> float:
        """Seconds of CLOCK_MONOTONIC there, up to a few hundredths."""
        return float(self.call("cut -d ' ' -f 1 /proc/uptime"))

    @contextmanager
    def watch(self, command: str, name: str = "") -> Iterator[Watched]:
        """A command that runs there as long as the block does."""
        words = f"exec python3 {FOLDER}/watch.py {command}"
        process = subprocess.Popen(
            ["ssh", *self.options, self.address, words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            yield Watched(name or command.split()[0], process)
        finally:
            assert process.stdin
            try:
                process.stdin.close()  # that ends it there, too
                process.wait(60)
            except (OSError, subprocess.TimeoutExpired):
                process.kill()
                process.wait()

    def put(self, files: Sequence[Path]) -> None:
        """Copy files and folders into the folder of the tests there."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as tar:
            for file in files:
                tar.add(file, file.name)
        self.call(f"mkdir -p {FOLDER} && tar -xm -C {FOLDER}", data=packed.getvalue())

    def write(self, path: str, text: str) -> None:
        """Make a file there, with its folders; root does it."""
        quoted = shlex.quote(path)
        self.call(
            f"sudo mkdir -p $(dirname {quoted}) && sudo tee {quoted} > /dev/null",
            data=text.encode(),
        )


def patiently(answers: Callable[[], bool], seconds: float, said: Callable[[], int]) -> None:
    """Wait until a machine answers; raises `LostError` where it does not, and what it has `said`
    does not become more for so many seconds."""
    heard, last = said(), time.monotonic()
    while not answers():
        now, more = time.monotonic(), said()
        if more > heard:
            heard, last = more, now
        if now - last > seconds:
            raise LostError(f"no answer and no word within {seconds:.0f} s")
        time.sleep(1)
