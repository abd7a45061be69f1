"""Damaged model files: each is refused in one line, by every command, and no process dies.

    python -m benchmarks damage --tflite MODEL.tflite --h5 MODEL.h5 --folder WORK [--cases 1000]
                                [--python /other/environment/bin/python --commands info run]

Case k of a file is drawn from the seed and k alone: every other one is cut off somewhere, the
others have one to sixteen bytes changed, anywhere or (every fourth) near the ends, where a file
says what it is made of. A command may accept a file that still holds the same
model, byte for byte (a date in the archive was hit): that is checked, and counted as "the same".
Commands run in batches in child processes; one that dies is noted as "died" and the next case goes
on. What is done is kept in WORK/results.jsonl, so that a stopped run goes on where it was.
"""

import argparse
import contextlib
import io
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from edge_lip.errors import UsageError

COMMANDS = ("info", "run", "convert")
BATCH = 100
MOST_FLIPS = 16
ENDS = 8192
"""Bytes at either end of a file that are struck more often."""


def damage(content: bytes, seed: int, case: int) -> bytes:
    """Case `case` of the file `content`."""
    rng = np.random.default_rng([seed, case])
    if case % 2:
        return content[: int(rng.integers(len(content)))]
    changed = bytearray(content)
    reach = min(ENDS, len(content) // 2) if case % 4 else len(content) // 2
    for place in rng.integers(-reach, reach, size=int(rng.integers(1, MOST_FLIPS + 1))):
        changed[place] ^= int(rng.integers(1, 256))
    return bytes(changed)


def same_model(kind: str, whole: bytes, damaged: bytes) -> bool:
    """Whether what a reader takes from both files is the same, byte for byte."""
    if kind == "tflite":
        from edge_lip.model.file import unpack

        return unpack(whole) == unpack(damaged)
    from training.trained.checksum import SIZE

    return damaged.startswith(whole[:-SIZE])  # what is changed is the checksum's own line


def attempt(command: str, kind: str, path: Path, whole: bytes) -> tuple[str, str]:
    """What becomes of one command on the damaged file at `path`, and what it says."""
    from edge_lip.cli.main import main

    arguments = {
        "info": ["info", str(path)],
        "run": ["run", str(path), "--source", str(path.parent / "none.mp4")],
        "convert": ["convert", str(path), "--out", str(path.with_name("out.tflite"))],
    }
    damaged = path.read_bytes()
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
        code = main(arguments[command])
    line = said.getvalue().strip()
    # A good model is opened before the source: that the source is missed means it was accepted.
    if code == 0 or "none.mp4" in line:
        return ("the same" if same_model(kind, whole, damaged) else "WRONG"), line
    clear = line.startswith("edge-lip: ") and "\n" not in line and "unexpected" not in line
    return ("refused" if clear else "UNCLEAR"), line


def work(kind: str, whole: Path, cases: list[tuple[str, int]], seed: int) -> None:
    """The child's part: each case announced before it is tried, its result after."""
    content = whole.read_bytes()
    path = whole.with_name(f"damaged.{kind}")
    for command, case in cases:
        print(json.dumps({"begin": [kind, command, case]}), flush=True)
        path.write_bytes(damage(content, seed, case))
        outcome, line = attempt(command, kind, path, content)
        print(json.dumps({"end": [kind, command, case], "outcome": outcome, "line": line}))
        sys.stdout.flush()


def run_batch(
    python: str, kind: str, whole: Path, cases: list[tuple[str, int]], seed: int
) -> Iterator[dict[str, object]]:
    """The results of a batch; of a child that died, up to the case that killed it."""
    call = [python, __file__, kind, str(whole), str(seed)]
    child = subprocess.run(
        call, input=json.dumps(cases), stdout=subprocess.PIPE, text=True, check=False
    )
    begun: list[object] | None = None
    for text in child.stdout.splitlines():
        entry = json.loads(text)
        begun = entry.get("begin")
        if "end" in entry:
            yield {"case": entry["end"], "outcome": entry["outcome"], "line": entry["line"]}
    if begun is not None:
        yield {"case": begun, "outcome": "DIED", "line": f"exit code {child.returncode}"}
    elif child.returncode:
        raise SystemExit(f"the child can't work: exit code {child.returncode}")


def run(
    files: dict[str, Path],
    folder: Path,
    cases: int,
    seed: int = 0,
    python: str = sys.executable,
    commands: tuple[str, ...] = COMMANDS,
) -> Counter[tuple[str, str, str]]:
    """Try everything that is not done yet; give counts by kind, command and outcome."""
    folder.mkdir(parents=True, exist_ok=True)
    results = folder / "results.jsonl"
    lines = results.read_text().splitlines() if results.exists() else []
    done = {tuple(one["case"]): one["outcome"] for one in map(json.loads, lines)}
    with results.open("a") as log:
        for kind, original in files.items():
            whole = _sealed(kind, original, folder)
            left = [
                (command, case)
                for command in commands
                for case in range(cases)
                if (kind, command, case) not in done
            ]
            while left:
                batch, left = left[:BATCH], left[BATCH:]
                tried = 0
                for entry in run_batch(python, kind, whole, batch, seed):
                    tried += 1
                    done[tuple(entry["case"])] = str(entry["outcome"])  # type: ignore[arg-type]
                    log.write(json.dumps(entry) + "\n")
                    log.flush()
                left = batch[tried:] + left
    counts: Counter[tuple[str, str, str]] = Counter()
    for (kind, command, case), outcome in done.items():
        if kind in files and command in commands and case < cases:
            counts[kind, command, outcome] += 1
    return counts


def _sealed(kind: str, original: Path, folder: Path) -> Path:
    """A copy to work with; an .h5 with its checksum, as `edge-lip train` writes it now."""
    whole = folder / f"whole.{kind}"
    if whole.exists():
        if not whole.read_bytes().startswith(original.read_bytes()):  # a checksum is at the end
            raise UsageError(f"{folder} has results of another .{kind}: give another --folder")
    else:
        whole.write_bytes(original.read_bytes())
        if kind == "h5":
            from training.trained.checksum import add_checksum, verify_checksum

            if not verify_checksum(whole):
                add_checksum(whole)
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Count, print, and say whether all is well."""
    from .arguments import at_least_one  # here, as a child has no package

    parser = argparse.ArgumentParser(
        "python -m benchmarks damage", description="Damaged model files are refused."
    )
    parser.add_argument("--tflite", type=Path)
    parser.add_argument("--h5", type=Path)
    parser.add_argument("--folder", type=Path, required=True, help="for the work and its results")
    parser.add_argument("--cases", type=at_least_one, default=1000, help="of each file")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--python", default=sys.executable, help="of another environment")
    parser.add_argument("--commands", nargs="+", choices=COMMANDS, default=COMMANDS)
    options = parser.parse_args(arguments)
    files = {kind: path for kind in ("tflite", "h5") if (path := getattr(options, kind))}
    if not files:
        raise UsageError("there is nothing to damage: give --tflite, --h5 or both")
    for path in files.values():
        if not path.is_file():
            raise UsageError(f"{path} is no file")
    counts = run(
        files, options.folder, options.cases, options.seed, options.python, tuple(options.commands)
    )
    for (kind, command, outcome), count in sorted(counts.items()):
        print(f"{kind:7} {command:8} {outcome:9} {count:5}")
    return int(any(outcome not in ("refused", "the same") for _, _, outcome in counts))


if __name__ == "__main__":
    # The child: another environment has edge-lip, but not this package.
    given, copy, drawn = sys.argv[1:]
    work(given, Path(copy), [(command, case) for command, case in json.load(sys.stdin)], int(drawn))
