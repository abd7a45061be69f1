"""Many pieces of work of one kind, done by processes of this machine or by a Dask cluster.

Both are `concurrent.futures`. Of a cluster, every machine needs edge-lip with its extra `train`,
the dataset and the cache under the same paths, and face models of its own (`edge-lip setup`); what
a machine had begun when it was lost, another does.
"""

import logging
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeVar

from edge_lip.errors import DataError, UsageError

PATIENCE: Final = 10
"""Seconds for a scheduler to answer."""

Part = TypeVar("Part")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Engine:
    """Who does the work."""

    workers: int | None = None
    """Processes of this machine; None for one a core."""
    cluster: str = ""
    """Address of a Dask scheduler, such as tcp://host:8786; empty for this machine alone."""
    replicas: int = 1
    """Devices of a machine that share each batch of a training (`training.jobs.replicas`)."""

    def each(
        self,
        work: Callable[[Part], Result],
        parts: Sequence[Part],
        name: Callable[[Part], str] = str,
    ) -> Iterator[tuple[Part, Result]]:
        """Do `work`, a function that can be pickled, for each of `parts`: these and what came of
        them, as they are done. Left early, what has not begun is never done. `name` is what a part
        is called.

        Raises what `work` raises, DataError where a process died of it, UsageError where there is
        no such cluster.
        """
        if not parts:
            return
        with self._open(len(parts)) as (executor, lost):
            jobs = {executor.submit(work, part): part for part in parts}
            try:
                for job in as_completed(jobs):
                    try:
                        result = job.result()
                    except lost:
                        raise DataError(
                            f"a worker died at or near {name(jobs[job])}; what is done is kept: "
                            "run again, with --workers 1 to see which it is"
                        ) from None
                    yield jobs[job], result
            finally:  # stopped by Ctrl-C or an error: don't do all the others first
                for job in jobs:
                    job.cancel()

    @contextmanager
    def _open(self, parts: int) -> Iterator[tuple[Executor, type[Exception]]]:
        """An executor, and what it raises where a worker died."""
        if self.cluster:
            with _cluster(self.cluster) as opened:
                yield opened
            return
        # Forked children would inherit TensorFlow's and OpenCV's threads in an unknown state.
        context = multiprocessing.get_context("spawn")
        count = min(self.workers or os.cpu_count() or 1, parts)
        with ProcessPoolExecutor(count, context) as pool:
            yield pool, BrokenProcessPool


@contextmanager
def _cluster(address: str) -> Iterator[tuple[Executor, type[Exception]]]:
    try:
        from distributed import Client
        from distributed.scheduler import KilledWorker
    except ImportError:
        raise UsageError('--cluster needs Dask: pip install "edge-lip[cluster]"') from None
    # A worker that is lost is no news: its work is done elsewhere.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise UsageError(
            f"no Dask scheduler answers at {address} ({reason}): start one with dask scheduler, "
            "and workers with dask worker"
        ) from None
    with client:
        yield client.get_executor(pure=False), KilledWorker


LOCAL: Final = Engine()
