"""Random networks of our family in every mode: each ends in a verified file or a refusal.

    python -m benchmarks round_trip WORK [--networks 200] [--seed 0] [--workers 2]
                                    [--target tflite-runtime]

Network k is drawn from the seed and k alone. Every conversion has a process of its own, as one by
`edge-lip convert` has, forked from one that has imported TensorFlow and done nothing else: that
spares 3 s each. What is done is kept in WORK/results.jsonl, so that a stopped run goes on where it
was.

"refused" names a layer that can't be stored that way; "not proven" is what was converted and then
was too far from its original: no file either. "failed" is anything else, and makes it end with
1; so does a run in which nothing is verified.
"""

import argparse
import json
import multiprocessing
import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from converter.targets import TARGETS

from .arguments import at_least_one

PROOF = "does not compute what the original does"


def kind(result: str) -> str:
    """What a result counts as."""
    if result == "verified":
        return result
    if PROOF in result:
        return "not proven"  # refused because of what came out, not of what went in
    return "failed" if result.startswith("!") else "refused"


def run(seed: int, network: int, plan: str, target: str, told: Any) -> None:
    """One conversion, in a process for it."""
    from converter.conversion import convert as conductor

    from . import random_networks

    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    conductor.in_child = lambda job, *arguments, **_: job(*arguments)  # this is one
    one = random_networks.draw(np.random.default_rng([seed, network]))
    with tempfile.TemporaryDirectory() as folder:
        try:
            result = random_networks.attempt(one, plan, Path(folder), target)
        except Exception as error:
            result = f"!{type(error).__name__}: {error}"
    told.send({"network": network, "plan": plan, "result": result, "architecture": asdict(one)})


def run_apart(context: Any, seed: int, network: int, plan: str, target: str) -> dict[str, Any]:
    """What came of one conversion."""
    from . import random_networks

    heard, told = context.Pipe(duplex=False)
    process = context.Process(target=run, args=(seed, network, plan, target, told))
    process.start()
    told.close()
    try:
        row: dict[str, Any] = heard.recv()
    except EOFError:
        process.join()
        one = random_networks.draw(np.random.default_rng([seed, network]))
        result = f"!the process died: {process.exitcode}"
        row = {"network": network, "plan": plan, "result": result, "architecture": asdict(one)}
    process.join()
    return row


def read(path: Path) -> list[dict[str, Any]]:
    """What has been done, without a last line that was cut off."""
    rows = []
    for line in path.read_text().splitlines() if path.exists() else ():
        try:
            rows.append(json.loads(line))
        except ValueError:
            continue
    return rows


def table(rows: list[dict[str, Any]], plans: tuple[str, ...]) -> Iterator[str]:
    """Counts by kind of network and mode, then every different refusal and failure."""
    kinds = ("verified", "refused", "not proven", "failed")
    yield f"{'over time':12}{'mode':10}" + "".join(f"{one:>14}" for one in kinds)
    counts = Counter(
        (row["architecture"]["over_time"], row["plan"], kind(row["result"])) for row in rows
    )
    for layer in sorted({row["architecture"]["over_time"] for row in rows}):
        for plan in plans:
            numbers = "".join(f"{counts[layer, plan, one]:>14}" for one in kinds)
            yield f"{layer:12}{plan:10}{numbers}"
    totals = Counter(kind(row["result"]) for row in rows)
    networks = len({row["network"] for row in rows})
    yield f"{networks} networks".ljust(22) + "".join(f"{totals[one]:>14}" for one in kinds)
    for row in rows:
        if kind(row["result"]) in ("not proven", "failed"):
            yield f"network {row['network']}, {row['plan']}: {row['result']}"


def exit_code(rows: list[dict[str, Any]]) -> int:
    """1 where anything failed, or where nothing at all was verified."""
    kinds = {kind(row["result"]) for row in rows}
    return int("failed" in kinds or "verified" not in kinds)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        "python -m benchmarks round_trip", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("work", type=Path)
    parser.add_argument("--networks", type=at_least_one, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=at_least_one, default=2)
    parser.add_argument("--target", choices=TARGETS, default="tflite-runtime")
    options = parser.parse_args(arguments)

    from converter.export.quantize import PLANS

    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    options.work.mkdir(parents=True, exist_ok=True)
    results = options.work / "results.jsonl"
    done = {(row["network"], row["plan"]) for row in read(results)}
    wanted = [
        (network, plan)
        for network in range(options.networks)
        for plan in PLANS
        if (network, plan) not in done
    ]
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tensorflow", "keras", "converter.conversion.convert"])
    with ThreadPoolExecutor(options.workers) as pool, results.open("a") as file:
        jobs = [
            pool.submit(run_apart, context, options.seed, *one, options.target) for one in wanted
        ]
        for job in as_completed(jobs):
            row = job.result()
            file.write(json.dumps(row) + "\n")
            file.flush()
            print(f"{row['network']:4} {row['plan']:8} {row['result']}", flush=True)
    rows = [row for row in read(results) if row["network"] < options.networks]
    print("\n".join(table(rows, tuple(PLANS))))
    return exit_code(rows)
