"""Many pieces of work: by processes of this machine, and by a real Dask cluster of which a worker
is killed."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from edge_lip.errors import DataError, UsageError
from training.jobs.engine import Engine

pytest.importorskip("distributed", reason="needs Dask: pip install distributed")
PATIENCE = 60.0


def square(number: int) -> int:
    return number * number


def fail(number: int) -> int:
    raise DataError(f"no {number}")


def noted(number: int, folder: Path, seconds: float) -> int:
    """Who did it is a file; it takes a while."""
    (folder / f"{number}-{os.getpid()}").touch()
    time.sleep(seconds)
    return os.getpid()


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a scheduler with two workers, processes of their own."""
    folder = tmp_path_factory.mktemp("dask")
    file = folder / "scheduler.json"
    found_by = os.pathsep.join([str(Path(__file__).parents[2]), str(Path(__file__).parent)])

    def start(module: str, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{module}", "--no-dashboard"]
            + ["--scheduler-file", str(file), *words],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": found_by},
        )

    started = [start("dask_scheduler", "--host", "127.0.0.1", "--port", "0")]
    deadline = time.monotonic() + PATIENCE
    while not file.exists():
        assert time.monotonic() < deadline and started[0].poll() is None
        time.sleep(0.1)
    own = ("--no-nanny", "--nthreads", "1", "--local-directory", str(folder))
    started += [start("dask_worker", *own) for _ in range(2)]
    from distributed import Client

    with Client(scheduler_file=str(file), timeout=PATIENCE) as client:
        client.wait_for_workers(2, timeout=PATIENCE)
        address = str(client.scheduler.address)
    yield address
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.parametrize("workers", [1, 2])
def test_each_part_is_done_once_by_processes(workers: int) -> None:
    done = dict(Engine(workers=workers).each(square, range(5)))
    assert done == {number: number * number for number in range(5)}
    assert list(Engine().each(square, [])) == []


def test_what_the_work_raises_comes_out() -> None:
    with pytest.raises(DataError, match="no 3"):
        list(Engine(workers=1).each(fail, [3]))


def test_a_process_that_dies_is_told_with_what_it_did() -> None:
    with pytest.raises(DataError, match="died at or near number 7; what is done is kept"):
        list(Engine(workers=1).each(os._exit, [7], lambda number: f"number {number}"))


def test_no_cluster_there() -> None:
    with pytest.raises(UsageError, match="no Dask scheduler answers at nonsense"):
        list(Engine(cluster="nonsense://x").each(square, [1]))


def test_a_killed_worker_loses_nothing(scheduler: str, tmp_path: Path) -> None:
    """Of two, in the middle: what it had begun is done by the other; nothing comes twice. What it
    had done and not yet handed over is done again."""
    work = partial(noted, folder=tmp_path, seconds=0.1)
    killed, seen = None, Counter[int]()
    for number, process in Engine(cluster=scheduler).each(work, range(40)):
        seen[number] += 1
        if killed is None and len(seen) == 5:
            killed = process
            os.kill(killed, signal.SIGKILL)
    assert seen == Counter(range(40))
    begun = [one.name.partition("-") for one in tmp_path.iterdir()]
    assert {int(number) for number, _, _ in begun} == set(range(40))
    assert len(begun) - 40 <= sum(int(process) == killed for _, _, process in begun)


def test_a_cluster_gives_what_processes_give(scheduler: str) -> None:
    assert dict(Engine(cluster=scheduler).each(square, range(9))) == dict(
        Engine(workers=1).each(square, range(9))
    )
