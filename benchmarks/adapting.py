"""What a few clips of one more person buy: words wrong, of that person and of others.

    python -m benchmarks adapting --data path/to/grid --model runs/grid/model.keras --person s4
                                  [--others s3 s6] [--clips 5 10 20 40] [--tested 41] [--out FOLDER]

The model (of `edge-lip train`) goes on with so many clips of a person as `edge-lip train --from
MODEL --data CLIPS` does, without the times of their words. It is read in float, before and after:
on other clips of that person, on all clips of the others, and on GRID's list `test.txt`. Neither
the person nor the others may be among those it has learned from. What is trained is kept in
`--out`, where a stopped run goes on; `adapting.csv` there has the figures, `adapting.png` draws
them.
"""

import argparse
import csv
import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from edge_lip.cli.progress import Bar
from edge_lip.errors import DataError
from edge_lip.system.files import replacing
from edge_lip.system.paths import data_folder
from training.data.clip import Clip
from training.data.datasets.grid import read_grid
from training.data.splits import find_test_list
from training.evaluation.readings import open_any, open_evaluated, read_clips
from training.fitting.adapt import adapted
from training.fitting.train import Places, train
from training.reports.metrics import score

from .arguments import at_least_one

TABLE, PICTURE = "adapting.csv", "adapting.png"


@dataclass(frozen=True)
class Row:
    """What was read after learning from so many clips."""

    learned: int
    """Clips."""
    minutes: float
    """That took."""
    who: str
    """Was read."""
    clips: int
    wrong: float
    """Share of the words, 0 to 1."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Go on with more and more clips, and read."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks adapting", description="What a few clips of one more person buy."
    )
    parser.add_argument("--data", type=Path, required=True, help="GRID's folder")
    parser.add_argument("--model", type=Path, required=True, help=".keras or .h5, to begin with")
    parser.add_argument("--person", required=True)
    parser.add_argument("--others", nargs="*", default=[])
    parser.add_argument("--clips", type=at_least_one, nargs="+", default=[5, 10, 20, 40])
    parser.add_argument("--tested", type=at_least_one, default=41, help="clips to read")
    parser.add_argument("--out", type=Path, default=Path("runs/adapting"))
    options = parser.parse_args(arguments)
    every = read_grid(options.data)
    own = sorted((clip for clip in every if clip.speaker == options.person), key=_lot)
    learned, tested = own[: -options.tested], own[-options.tested :]
    if len(learned) < max(options.clips):
        raise DataError(f"{options.person} has {len(own)} clips: too few for so many of both")
    listed = find_test_list(options.data)
    names = set(listed.read_text().split()) if listed.is_file() else set()
    read = {
        options.person: tested,
        "others": [clip for clip in every if clip.speaker in options.others],
        listed.name: [clip for clip in every if {clip.name, clip.path.stem} & names],
    }
    read = {name: clips for name, clips in read.items() if clips}
    rows = _read(options.model, read, 0, 0.0)
    for count in options.clips:
        start = time.monotonic()
        folder = _folder(options.out / f"{count} clips", learned[:count])
        places = Places(
            folder, options.out / f"{count}", data_folder() / "crops", start=options.model
        )
        with Bar() as bar:
            model = train(adapted(options.model, folder), places, bar)
        rows += _read(model, read, count, (time.monotonic() - start) / 60)
        _write(rows, options.out / TABLE)
        draw(rows, options.out / PICTURE)


def draw(rows: Sequence[Row], target: Path) -> None:
    """Words wrong by the clips learned from, a line for everybody who was read."""
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for who in dict.fromkeys(row.who for row in rows):
        own = [row for row in rows if row.who == who]
        label = f"{who} ({own[0].clips} clips)"
        axes.plot([row.learned for row in own], [row.wrong for row in own], marker="o", label=label)
    axes.set(xlabel="clips learned from", ylabel="words wrong", ylim=(0, None))
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)
    with replacing(target) as temporary:
        figure.savefig(temporary, format="png", dpi=120)


def _read(
    model: Path, read: Mapping[str, Sequence[Clip]], learned: int, minutes: float
) -> list[Row]:
    """Read everybody by `model`, and print it."""
    with open_evaluated(open_any(model), None, None) as reader:
        rows = [
            Row(
                learned, minutes, who, len(clips), score(list(read_clips(reader, clips, print))).wer
            )
            for who, clips in read.items()
        ]
    figures = ", ".join(f"{row.who} {row.wrong:.1%} of {row.clips} clips" for row in rows)
    print(f"{learned} clips learned, {minutes:.1f} minutes: {figures}", flush=True)
    return rows


def _write(rows: Sequence[Row], path: Path) -> None:
    with replacing(path) as temporary, temporary.open("w", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Row)])
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)


def _folder(folder: Path, clips: Sequence[Clip]) -> Path:
    """A folder of these clips, in GRID's layout and with an empty list to test on."""
    for clip in clips:
        link = folder / clip.speaker / clip.path.name
        link.parent.mkdir(parents=True, exist_ok=True)
        if not link.is_symlink():
            link.symlink_to(clip.path.resolve())
    (folder / "test.txt").touch()
    return folder


def _lot(clip: Clip) -> str:
    """What a clip draws, the same whatever others there are."""
    return hashlib.sha256((clip.speaker + clip.path.stem).encode()).hexdigest()
