"""How many clips' mouths are cut in a second, by processes of this machine and by a Dask cluster.

    python -m benchmarks cutting --data path/to/grid [--clips 60] [--workers 1 2]

Decoding, tracking in every frame, cropping and writing are inside the stopwatch; so is the start of
the processes of this machine, which a long work does not notice. Those of the cluster run before.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from edge_lip.errors import DataError
from training.data.crop_cache import build_cache, crop_path
from training.data.datasets.grid import read_grid
from training.jobs.engine import Engine
from training.recipes.load import load_recipe
from training.samples.prepare import crop_settings

WARM: Final = 2
"""Clips for each worker before the stopwatch starts, of a cluster: they open their models."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Cut and count."""
    parser = argparse.ArgumentParser("python -m benchmarks cutting", description="Clips a second.")
    parser.add_argument("--data", type=Path, required=True, help="GRID's folder")
    parser.add_argument("--clips", type=int, default=60)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args(arguments)
    clips = [clip for clip in read_grid(options.data) if clip.words][: options.clips]
    if not clips:
        raise DataError(f"{options.data} has no clips")
    settings = crop_settings(load_recipe("grid"))
    print(f"{len(clips)} clips, {os.cpu_count()} cores")
    for workers in options.workers:
        for cluster in (False, True):
            with ExitStack() as stack:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                engine = Engine(workers=workers)
                if cluster:
                    engine = Engine(cluster=_start(stack, workers))
                    build_cache(clips[: WARM * workers], folder / "warm", settings, engine)
                start = time.perf_counter()
                skipped = build_cache(clips, folder, settings, engine)
                seconds = time.perf_counter() - start
                files = [crop_path(folder, settings, clip) for clip in clips]
                sizes = [file.stat().st_size for file in files if file.exists()]
            who = "Dask" if cluster else "processes"
            print(
                f"{workers} {who}: {len(clips) / seconds:.2f} clips a second, {len(skipped)} "
                f"skipped, {sum(sizes) / len(sizes) / 1e6:.2f} MB a clip"
            )


def _start(stack: ExitStack, workers: int) -> str:
    """Address of a cluster on this machine."""
    from distributed import LocalCluster

    made = LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
    return str(stack.enter_context(made).scheduler_address)
