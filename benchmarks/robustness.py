"""How much worse lips are read as things get worse: word errors over yaw, distance, light, ...

    python -m benchmarks robustness --data path/to/grid [--split validation] [--clips N]
                                    [--talker N] [--factors yaw rate] [--out docs]

Every clip is decoded once, and read at each level of each factor (`degrade/factors.py`) as
`edge-lip run` reads it. `--talker N`: N rendered talkers, too, a sentence each; without
`--model` they are read by the model of the demo.

What has been read is kept in `--results`, by the SHA-256 of the model, so that a stopped run goes
on where it was; `--redraw` reads no more and makes tables of what is there. `--out docs` puts them
into docs/robustness.md, and the picture into docs/pictures/.
"""

import argparse
import hashlib
import multiprocessing
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tqdm import tqdm

from edge_lip.errors import DataError, EdgeLipError, UsageError
from edge_lip.model.file import open_model
from edge_lip.model.shipped import TALKERS, shipped_model
from edge_lip.reading.observation import Observation
from edge_lip.reading.opening import open_reader
from edge_lip.reading.reader import Reader
from edge_lip.sources.frame import Frame
from edge_lip.sources.specs import open_source
from edge_lip.system.opencv import cv2
from training.data.clip import Clip
from training.data.datasets.rendered import evaluation_clips
from training.evaluation.readings import SPLITS, choose_clips, model_recipe

from .arguments import at_least_one
from .curve_report import draw, fill_in, overview, tables
from .curves import AS_IS, RENDERED, Curves, Row, cases, line, load, make_curves
from .degrade import FACTORS, Factor, Shot

BY_NAME = {factor.name: factor for factor in FACTORS}


@dataclass(frozen=True)
class Job:
    """A clip, and what is left to do with it."""

    model: Path
    digest: str
    """Of the model, as in `Row.model`."""
    split: str
    clip: Clip
    cases: Sequence[tuple[str, float]]


class Given:
    """Frames as a source."""

    live = False

    def __init__(self, name: str, frames: Sequence[Frame]) -> None:
        self.name, self._frames = name, frames

    def __iter__(self) -> Iterator[Frame]:
        return iter(self._frames)

    def close(self) -> None:
        """Nothing is open."""


class FaceCount:
    """An observer: how many frames there were, and in how many a face was found."""

    frames = faces = 0

    def __call__(self, seen: Observation) -> None:
        self.frames += 1
        self.faces += seen.crop is not None


def start_worker() -> None:
    """One process a core is faster than threads within each."""
    cv2.setNumThreads(1)


@cache
def reader_of(model: Path) -> Reader:
    """Opened once in each process."""
    return open_reader(model)


def do(job: Job) -> list[Row]:
    """Read a clip in all its cases; raises EdgeLipError for one without a face to move."""
    clip = job.clip
    shot = Shot(clip.name, tuple(_frames(clip.source)))
    rows = []
    for case in job.cases:
        text, count = _read(job, _changed(shot, job, *case))
        where = (job.digest, job.split, clip.name, clip.home, *case)
        rows.append(Row(*where, clip.text, text, count.frames, count.faces))
    return rows


def _changed(shot: Shot, job: Job, name: str, level: float) -> Sequence[Frame]:
    if (name, level) == AS_IS:
        return shot.frames
    factor = BY_NAME[name]
    if job.split == RENDERED and factor.rendered:
        return _frames(f"{job.clip.source}&{factor.rendered(shot, level)}")
    return factor.change(shot, level)


def _frames(source: str) -> list[Frame]:
    with closing(open_source(source)) as opened:
        return list(opened)


def _read(job: Job, frames: Sequence[Frame]) -> tuple[str, FaceCount]:
    reader, count = reader_of(job.model), FaceCount()
    reader.observers[:] = [count]
    events = list(reader.read(Given(job.clip.name, frames)))
    return " ".join(event.text for event in events if event.kind == "final"), count


def to_do(
    clips: Mapping[str, Sequence[Clip]],
    factors: Sequence[Factor],
    models: Mapping[str, Path],
    done: Sequence[Row],
) -> Iterator[Job]:
    """What is left to read of the clips of each split, by its model."""
    have = {(r.model, r.split, r.clip, r.home, r.factor, r.level) for r in done}
    for split, of_split in clips.items():
        model = models[split]
        digest = digest_of(model)
        for clip in of_split:
            own = (digest, split, clip.name, clip.home)
            left = [case for case in cases(factors) if (*own, *case) not in have]
            if left:
                yield Job(model, digest, split, clip, left)


def digest_of(model: Path) -> str:
    """The beginning of its SHA-256."""
    return hashlib.sha256(model.read_bytes()).hexdigest()[:12]


def measure(jobs: Sequence[Job], results: Path, workers: int) -> None:
    """Do the jobs, in so many processes, and note what was read after each."""
    results.parent.mkdir(parents=True, exist_ok=True)
    context = multiprocessing.get_context("spawn")
    with (
        ProcessPoolExecutor(workers, context, start_worker) as pool,
        results.open("a") as file,
    ):
        futures = {pool.submit(do, job): job for job in jobs}
        try:
            for future in tqdm(as_completed(futures), "clips", len(jobs)):
                try:
                    rows = future.result()
                except EdgeLipError as error:
                    tqdm.write(f"left out {futures[future].clip.name}: {error}")
                    continue
                file.writelines(map(line, rows))
                file.flush()
        finally:  # stopped by Ctrl-C or an error: don't read all the others first
            pool.shutdown(cancel_futures=True)


def choose(options: argparse.Namespace, models: Mapping[str, Path]) -> dict[str, Sequence[Clip]]:
    """The clips to read, by split."""
    clips: dict[str, Sequence[Clip]] = {}
    if options.data:
        recipe = model_recipe(open_model(models[options.split]).manifest)
        chosen = choose_clips(options.data, recipe, options.split)
        count = min(options.clips or len(chosen), len(chosen))
        clips[options.split] = [chosen[k * len(chosen) // count] for k in range(count)]
    if options.talker:
        manifest = open_model(models[RENDERED]).manifest
        clips[RENDERED] = evaluation_clips(manifest.slots, options.talker)
    return clips


def document(curves: Sequence[Curves], factors: Sequence[Factor], model: str, out: Path) -> None:
    """Put tables and picture into `out`/robustness.md; `model`: what it is called there."""
    counted = " and ".join(f"{one.label}, {one.words} words" for one in curves)
    picture = out / "pictures" / "robustness.png"
    picture.parent.mkdir(exist_ok=True)
    draw(curves, factors, picture, f"{model}: {counted}")
    lines = [
        f"{model}; {counted}.",
        "",
        f"![Words wrong over each factor]({picture.relative_to(out)})",
        "",
    ]
    fill_in(
        out / "robustness.md", [*lines, *overview(curves[0], factors), *tables(curves, factors)]
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Read what is left to read, count, and draw."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks robustness", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("--data", type=Path, help="the dataset's folder")
    parser.add_argument("--split", choices=SPLITS, default="validation")
    parser.add_argument("--clips", type=at_least_one, help="only so many, from all over the split")
    parser.add_argument(
        "--talker", type=at_least_one, default=0, metavar="N", help="rendered talkers"
    )
    parser.add_argument("--model", type=Path, help="the one that comes with edge-lip")
    parser.add_argument("--factors", nargs="+", choices=BY_NAME, default=list(BY_NAME))
    parser.add_argument("--workers", type=at_least_one, default=os.cpu_count() or 1)
    parser.add_argument("--results", type=Path, default=Path("runs/robustness.jsonl"))
    parser.add_argument("--redraw", action="store_true", help="read nothing")
    parser.add_argument("--out", type=Path, metavar="docs", help="whose robustness.md is filled in")
    options = parser.parse_args(arguments)
    models = {
        options.split: options.model or shipped_model(),
        RENDERED: options.model or shipped_model(TALKERS),
    }
    factors = [BY_NAME[name] for name in options.factors if BY_NAME[name].possible]
    for name in options.factors:
        if not BY_NAME[name].possible:
            print(f"left out {name}: there is no program {BY_NAME[name].needs} here")
    if not factors:
        raise UsageError("none of these factors can be tried here")
    if not options.redraw:
        clips = choose(options, models)
        if not clips:
            raise UsageError("nothing to read: give --data, --talker or both")
        jobs = list(to_do(clips, factors, models, load(options.results)))
        measure(jobs, options.results, options.workers)
    digests = {split: digest_of(model) for split, model in models.items()}
    rows = [row for row in load(options.results) if row.model == digests.get(row.split)]
    curves = [made for split in models if (made := make_curves(rows, split, factors))]
    if not curves:
        raise DataError(f"{options.results} has nothing that was read at all those levels")
    print("\n".join([*overview(curves[0], factors), *tables(curves, factors)]))
    if options.out:
        read = {models[one.split].name: digests[one.split] for one in curves}
        named = ", ".join(f"{name} (SHA-256 {digest}…)" for name, digest in read.items())
        document(curves, factors, named, options.out)
