"""The process that an Edge TPU is used in: `python -m edge_lip.runtime.edgetpu_process FD`.

It is started by `edge_lip.runtime.edgetpu`, which says why it is one, and ends with it. Over the
connection FD come a `Job`, then arrays by input name; each is answered by arrays by output name, or
by a line of text that says what went wrong.
"""

import ctypes
import signal
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from ..errors import EdgeLipError, InterpreterError
from .edgetpu import Job
from .interpreter import ENGINES, Interpreter, Signature, find_module, open_interpreter


def serve(line: "Connection[Any, Any]") -> None:
    """Do what is asked until nobody is there any more; raises `EOFError` or `OSError` then."""
    number, job = line.recv()
    try:
        interpreter, run = _open(job)
    except EdgeLipError as error:
        line.send((number, str(error)))
        return
    line.send((number, {}))
    while True:
        number, arrays = line.recv()
        try:
            interpreter.reset()  # a fused LSTM that was left to the processor keeps its state
            answer: object = run(**arrays)
        except InterpreterError as error:
            answer = str(error)
        line.send((number, answer))


def _open(job: Job) -> tuple[Interpreter, Signature]:
    delegate = _load_delegate(job.library, {"device": job.device} if job.device else {})
    interpreter = open_interpreter(job.flatbuffer, job.threads, delegates=[delegate])
    run = interpreter.signature(job.signature)
    # Once for nothing: it brings the network into the device, and shows whether that works.
    run(**{name: np.zeros(one.shape, np.float32) for name, one in run.inputs.items()})
    return interpreter, run


def _load_delegate(library: str, options: dict[str, str]) -> Any:
    try:
        # By itself first: where the interpreters' own loader fails at this, it prints a traceback.
        ctypes.CDLL(library)
        return find_module(ENGINES).load_delegate(library, options)
    except OSError as error:
        raise InterpreterError(f"can't load {error}") from error
    except (ValueError, RuntimeError) as error:
        # Coral's library says nothing of why it gives none: it has found no device.
        reason = str(error).partition("\n")[2].strip() or "no such device"
        raise InterpreterError(f"{library}: {reason}") from error


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # what is being said is still read out
    with suppress(EOFError, OSError), Connection(int(sys.argv[1])) as line:
        serve(line)
