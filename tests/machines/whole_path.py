"""The whole path on rendered people: train, evaluate, convert, evaluate, run, by the command line.

    PYTHONPATH=tests python -m machines.whole_path FOLDER
        [--people 10] [--takes 4] [--epochs 40] [--depth]

Renders a tree in the layout of MIRACL-VC1 into FOLDER, learns from some of its people, and reads
the words of two others. The figures say that the path is whole, and nothing of how well real lips
are read: these people were drawn.
"""

import argparse
import json
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from support.fake_people.miracl import ITEMS, write_tree

from edge_lip.cli.main import main as edge_lip


@dataclass(frozen=True)
class Figures:
    """What came of it; shares are fractions."""

    chance: float
    float_top1: float
    quantized_top1: float
    clips: int
    read: dict[str, str]
    """What `edge-lip run` says of the strangers' first takes, by what they were told to say."""


def whole_path(
    folder: Path,
    people: Sequence[str],
    items: Sequence[int],
    takes: int,
    settings: Sequence[str] = (),
    depth: bool = False,
) -> Figures:
    """Render, train on all `people` but the last two, read those two; raises AssertionError where
    a command fails."""
    tree, run = folder / "miracl", folder / "run"
    if not tree.exists():
        write_tree(tree, people, items=items, takes=takes, depth=depth)
    *learned, one, other = people
    settings = (
        *settings,
        f'data.test_groups=["{one}", "{other}"]',
        f'data.validation_groups=["{learned[-1]}"]',
        f"crop.depth={str(depth).lower()}",
    )
    data = ["--data", str(tree)]
    call(
        *("train", "--recipe", "miracl-words", *data, "--out", str(run)),
        *("--cache", str(folder / "crops")),
        *(part for setting in settings for part in ("--set", setting)),
    )
    model, converted = str(run / "model.h5"), str(run / "model.tflite")
    call("convert", model)
    scores = [
        json.loads(call("evaluate", name, *data, "--json", "--pictures", str(run / "pictures")))
        for name in (model, converted)
    ]
    read = {}
    for item in items:
        clip = str(tree / one / "words" / f"{item:02d}" / "01")
        event = json.loads(call("run", converted, "--source", clip, "--json"))
        read[ITEMS["words"][item - 1]] = event["text"]
    before, after = scores
    return Figures(before["chance"], before["top1"], after["top1"], before["clips"], read)


def call(*words: str) -> str:
    """What a command line prints, after the line itself."""
    print("$ edge-lip", *words, flush=True)
    with redirect_stdout(StringIO()) as output:
        code = edge_lip(list(words))
    assert code == 0, f"exit code {code}"
    return output.getvalue()


def main() -> None:
    """Go the path and print what came of it."""
    parser = argparse.ArgumentParser(description="Everything once, on rendered people.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--takes", type=int, default=4)
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--depth", action="store_true", help="learn from depth pictures, too")
    options = parser.parse_args()
    people = [f"{'FM'[k % 2]}{k // 2 + 1:02d}" for k in range(options.people)]
    figures = whole_path(
        options.folder,
        people,
        range(1, 11),
        options.takes,
        (f"fit.epochs={options.epochs}",),
        options.depth,
    )
    for said, read in figures.read.items():
        print(f"{said:12} read as  {read}")
    print(
        f"{figures.clips} clips of two strangers, rendered: top-1 float {figures.float_top1:.1%}, "
        f"quantized {figures.quantized_top1:.1%}; guessing {figures.chance:.1%}"
    )


if __name__ == "__main__":
    main()
