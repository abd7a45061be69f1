"""Utterances that are longer than any that was learned from: in one piece, and in pieces.

    python -m benchmarks long --data path/to/grid [--split test] [--model M] [--together 10]

The features of so many clips are strung together, and go through the network's second half as a
whole, and as `decode` lets them, in pieces that overlap. Both are read greedily, as no grammar has
such sentences; words wrong are counted, and processor time of both.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from time import process_time

import numpy as np

from edge_lip.errors import UsageError
from edge_lip.model.file import Model, open_model
from edge_lip.reading.reader import Reader
from edge_lip.text.greedy import greedy
from training.evaluation.readings import SPLITS, choose_clips, model_recipe
from training.reports.metrics import Reading, score

from .arguments import at_least_one


def main(arguments: Sequence[str] | None = None) -> None:
    """Read and count."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks long", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("--data", type=Path, required=True, help="the dataset's folder")
    parser.add_argument("--split", choices=SPLITS, default="test")
    parser.add_argument("--model", help="the one that comes with edge-lip")
    parser.add_argument("--together", type=at_least_one, default=10, help="clips in an utterance")
    options = parser.parse_args(arguments)
    model = open_model(options.model)
    if not isinstance(model, Model):
        raise UsageError("a model of one window has no second half: take one of two halves")
    clips = choose_clips(options.data, model_recipe(model.manifest), options.split)
    reader = Reader(model)
    features = [np.concatenate(reader.features(clip.source)) for clip in clips]
    for what, limit in (("in one piece", sum(map(len, features))), ("in pieces", model.longest)):
        model.longest = limit
        readings, taken, frames = [], 0.0, 0
        for first in range(0, len(clips), options.together):
            some = slice(first, first + options.together)
            utterance = np.concatenate(features[some])
            start = process_time()
            tokens = model.decode(utterance).tokens
            taken += process_time() - start
            frames += len(utterance)
            assert tokens is not None  # of a model that is read greedily
            said = " ".join(clip.text for clip in clips[some])
            text = greedy(tokens, model.manifest.tokens).text
            readings.append(Reading(str(first), clips[first].speaker, said, text, 0.0))
        result = score(readings)
        print(
            f"{what:12} {len(readings)} utterances of {frames / len(readings):.0f} frames: "
            f"words wrong {result.wer:.1%} of {result.words}, characters {result.cer:.1%}; "
            f"{1000 * taken / frames:.3f} ms a frame"
        )
