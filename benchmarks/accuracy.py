"""Word errors of `edge-lip run` itself: clips in, text out, in a process without TensorFlow.

    python -m benchmarks accuracy --data path/to/grid [--split test] [--model M] [--decoder greedy]

The clips go to one `edge-lip run` as a folder; what it prints is compared with what was said. The
same figures as `edge-lip evaluate`, from outside.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from edge_lip.errors import EdgeLipError
from edge_lip.model.file import open_model
from edge_lip.model.shipped import shipped_model
from training.evaluation.readings import SPLITS, choose_clips, model_recipe
from training.reports.metrics import Reading, score


def main(arguments: Sequence[str] | None = None) -> None:
    """Read and count."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks accuracy",
        description="Word errors of edge-lip run on labelled clips.",
    )
    parser.add_argument("--data", type=Path, required=True, help="the dataset's folder")
    parser.add_argument("--split", choices=SPLITS, default="test")
    parser.add_argument("--model", type=Path, help="the one that comes with edge-lip")
    parser.add_argument("--decoder", help="the model's own choice")
    options = parser.parse_args(arguments)
    model = options.model or shipped_model()
    recipe = model_recipe(open_model(model).manifest)
    clips = {clip.name: clip for clip in choose_clips(options.data, recipe, options.split)}
    with tempfile.TemporaryDirectory() as folder:
        said = {}
        for clip in clips.values():
            link = Path(folder) / f"{clip.speaker}-{clip.path.name}"
            link.symlink_to(clip.path.resolve())
            said[str(link)] = clip
        call = [sys.executable, "-m", "edge_lip", "run", str(model), "--source", folder, "--json"]
        call += ["--decoder", options.decoder] if options.decoder else []
        done = subprocess.run(call, stdout=subprocess.PIPE, text=True, check=False)
    # 1: some clips gave no text. They count as read wrong, but there have to be others.
    if done.returncode not in (0, 1) or not done.stdout:
        raise EdgeLipError(f"edge-lip run read nothing, exit code {done.returncode}: see above")
    read: dict[str, str] = {name: "" for name in said}
    for event in map(json.loads, done.stdout.splitlines()):
        if event["kind"] == "final":
            read[event["source"]] = f"{read[event['source']]} {event['text']}".strip()
    result = score([Reading(c.name, c.speaker, c.text, read[k], 0.0) for k, c in said.items()])
    print(
        f"edge-lip run on {result.clips} clips ({options.split}): WER {result.wer:.2%} of "
        f"{result.words} words (95 %: {result.low:.1%} to {result.high:.1%}), "
        f"CER {result.cer:.2%}, exact {result.exact:.1%}"
    )
