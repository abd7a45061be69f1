"""Programs that take a text."""

import os
import shlex
import shutil
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from subprocess import PIPE, Popen, TimeoutExpired

from ..errors import SinkError

STDERR = 2
"""Where programs may print: what edge-lip prints on standard output is events alone."""


def find(program: str, advice: str) -> str:
    """Path of `program`; raises `SinkError` with `advice` where there is none."""
    path = shutil.which(program)
    if path is None:
        raise SinkError(f"there is no program {program} here: {advice}")
    return path


def run(
    commands: Sequence[Sequence[str]],
    text: str,
    timeout: float,
    printed_to: int = STDERR,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Give `text` to the first of `commands`, its output to the next and so on; wait for all.

    They don't belong to the terminal: Ctrl-C ends edge-lip and lets them finish. What they print
    goes to `printed_to`, a file descriptor or subprocess' DEVNULL; `environment` is added to that
    of edge-lip. Raises `SinkError` when one can't be started, fails, or has not ended after
    `timeout` seconds, when all are killed.
    """
    deadline = time.monotonic() + timeout
    running: list[Popen[bytes]] = []
    try:
        for command in commands:
            running.append(
                Popen(
                    command,
                    stdin=running[-1].stdout if running else PIPE,
                    stdout=printed_to if command is commands[-1] else PIPE,
                    stderr=printed_to,
                    env={**os.environ, **(environment or {})},
                    start_new_session=True,
                )
            )
        _feed(running, text)
        codes = [one.wait(max(0.0, deadline - time.monotonic())) for one in running]
    except OSError as error:
        raise SinkError(f"{shlex.join(command)} can't be started: {error.strerror}") from error
    except TimeoutExpired as expired:
        raise SinkError(f"has not ended after {timeout:g} s, and was ended") from expired
    finally:
        _end(running)
    for command, code in zip(commands, codes, strict=True):
        if code:
            how = f"exit code {code}" if code > 0 else signal.Signals(-code).name
            raise SinkError(f"{shlex.join(command)} ended with {how}")


def _feed(running: Sequence[Popen[bytes]], text: str) -> None:
    """Write `text` to the first; close what belongs to the programs alone."""
    for one in running:
        if one.stdout:
            one.stdout.close()
    first = running[0].stdin
    assert first
    with suppress(BrokenPipeError), first:  # who does not read has no use for it
        first.write(text.encode())


def _end(running: Sequence[Popen[bytes]]) -> None:
    """Kill those that go on, with all that they have started."""
    for one in running:
        if one.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(one.pid, signal.SIGKILL)
            one.wait()
