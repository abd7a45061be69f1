"""A process of its own for TensorFlow, which takes its process with it on some graphs."""

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from edge_lip.errors import ModelError

_reports: Any = None
"""In the child: where to tell what is being done."""


def in_child(job: Callable[..., Any], *arguments: Any, way_out: str = "") -> Any:
    """What `job` gives, run in a process that is started for it.

    Raises what `job` raises, and `ModelError` when the process dies: with the last thing that the
    job said to `report_step`, and with `way_out`.
    """
    context = multiprocessing.get_context("spawn")
    heard, reports = context.Pipe(duplex=False)
    with ProcessPoolExecutor(
        1, mp_context=context, initializer=_start, initargs=(reports,)
    ) as pool:
        try:
            return pool.submit(job, *arguments).result()
        except BrokenProcessPool as error:
            doing = "converting"
            while heard.poll():
                doing = heard.recv()
            raise ModelError(f"TensorFlow crashed while {doing}{way_out}") from error


def report_step(doing: str) -> None:
    """Say, in the child, what is about to be done; nothing where there is no child."""
    if _reports is not None:
        _reports.send(doing)


def _start(reports: Any) -> None:
    """Send what TensorFlow and the native libraries print to nowhere; errors travel otherwise."""
    global _reports
    _reports = reports
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
