"""A signature that runs on an Edge TPU, by Coral's library, in a process of its own.

Why a process: when a stick fails, the library ends the process it is in, or never comes back
(github.com/google-coral/edgetpu, issues 494 and 94). Here that is an error like any other, and
whoever reads goes on.
"""

import signal
import subprocess
import sys
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from time import monotonic
from typing import Any, Final

import numpy as np

from ..errors import InterpreterError

Array = np.ndarray

LIBRARY: Final = "libedgetpu.so.1"
START_SECONDS: Final = 20.0
"""In which a device is found, given its firmware, and the network."""
ANSWER_SECONDS: Final = 2.0
"""In which it computes a signature; it takes milliseconds."""
END_SECONDS: Final = 1.0
"""In which it is handed back; then its process is killed."""


@dataclass(frozen=True)
class Job:
    """What the process is to run."""

    flatbuffer: bytes
    signature: str
    """One whose graph was compiled for it."""
    device: str
    """Which one, as Coral's library has it: ":0", "usb", "pci:1", ...; empty for any."""
    threads: int
    """For what of the graph is left to the processor."""
    library: str = LIBRARY


class EdgeTpu:
    """The signature, called with arrays by input name. Not thread-safe.

    Raises `InterpreterError`, here and later, in which the device is told as lost or never found;
    from then on every call does.
    """

    def __init__(self, job: Job) -> None:
        self._line, there = Pipe()
        try:
            self._process = _start(there)
        except OSError as error:
            raise InterpreterError(f"can't start a process: {error.strerror}") from error
        self._number = 0
        self._close = weakref.finalize(self, _end, self._process, self._line)
        self._ask(job, START_SECONDS)

    def __call__(self, arrays: Mapping[str, Array]) -> dict[str, Array]:
        """Arrays by output name."""
        answer: dict[str, Array] = self._ask(dict(arrays), ANSWER_SECONDS)
        return answer

    def _ask(self, what: object, seconds: float) -> Any:
        self._number += 1
        number, until = 0, monotonic() + seconds
        try:
            self._line.send((self._number, what))
            while number != self._number:  # Ctrl-C may have left an answer that nobody took
                if not self._line.poll(max(0.0, until - monotonic())):
                    self._process.kill()
                    self._close()
                    raise InterpreterError(f"no answer within {seconds:g} s")
                number, answer = self._line.recv()
        except (EOFError, OSError) as error:
            self._close()
            raise InterpreterError(f"its process ended{_how(self._process)}") from error
        if isinstance(answer, str):
            self._close()
            raise InterpreterError(answer)
        return answer


def _start(line: "Connection[Any, Any]") -> "subprocess.Popen[bytes]":
    with line:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", f"{__package__}.edgetpu_process", str(line.fileno())],
            pass_fds=[line.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # the library is chatty; what matters is in an answer
            start_new_session=True,  # Ctrl-C is not meant for it
        )


def _end(process: "subprocess.Popen[bytes]", line: "Connection[Any, Any]") -> None:
    """It ends by itself when nobody is at the other end any more, unless it hangs."""
    line.close()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _how(process: "subprocess.Popen[bytes]") -> str:
    code = process.poll()
    return f" by {signal.Signals(-code).name}" if code is not None and code < 0 else ""
