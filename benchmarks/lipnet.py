"""LipNet (Assael et al., 2016) of random weights, saved as anyone would, converted and timed.

    python -m benchmarks lipnet WORK [--cell lstm] [--modes none dynamic int8]

Full size: 75 colour frames of 50x100, three Conv3D with MaxPooling3D, two recurrent layers of 256
in both directions, 28 outputs. What it reads is nothing; how large and how fast it is, is LipNet's.
Clips to calibrate by are noise.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import numpy as np

from edge_lip.errors import EdgeLipError

FRAMES, HEIGHT, WIDTH = 75, 50, 100
LETTERS = "abcdefghijklmnopqrstuvwxyz "
STAGES = ((32, (3, 5, 5), (1, 2, 2)), (64, (3, 5, 5), (1, 1, 1)), (96, (3, 3, 3), (1, 1, 1)))
"""Filters, kernel and strides of its convolutions."""
CALLS = 11


def build(cell: str) -> Any:
    """The Keras model, with "gru" cells as published, or "lstm"."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    x = clip = keras.Input((FRAMES, HEIGHT, WIDTH, 3))
    for filters, kernel, strides in STAGES:
        x = layers.ZeroPadding3D([size // 2 for size in kernel])(x)
        x = layers.Conv3D(filters, kernel, strides)(x)
        x = layers.Activation("relu")(layers.BatchNormalization()(x))
        x = layers.MaxPooling3D((1, 2, 2))(layers.SpatialDropout3D(0.5)(x))
    x = layers.TimeDistributed(layers.Flatten())(x)
    kind = {"gru": layers.GRU, "lstm": layers.LSTM}[cell]
    for _ in range(2):
        x = layers.Bidirectional(kind(256, return_sequences=True))(x)
    return keras.Model(clip, layers.Dense(len(LETTERS) + 1, activation="softmax")(x))


def time_window(path: Path) -> float:
    """Milliseconds of processor time for one window, one thread."""
    from edge_lip.model.file import open_model

    model = open_model(path, threads=1)
    clip = np.random.default_rng(0).random((FRAMES, HEIGHT, WIDTH, 3), np.float32)
    taken = []
    for _ in range(CALLS):
        start = process_time()
        model.decode(clip)
        taken.append(process_time() - start)
    return 1000 * median(taken)


def convert(source: Path, file: Path, tokens: Sequence[str], clips: Path, mode: str) -> bool:
    """Write the saved model `source` as `file`, calibrated by `clips`: (clips, frames, height,
    width, channels) float32, 0 to 1, in a .npy. `tokens`: what its outputs stand for but for the
    blank at the end. Whether `edge-lip convert` did so; it says why not."""
    listed = source.with_suffix(".txt")
    listed.write_text("\n".join(tokens))
    description = source.with_suffix(".toml")
    description.write_text(f'task="sentence"\nfps=25\npixels="0..1"\ntokens="{listed.name}"\n')
    call = [sys.executable, "-m", "edge_lip", "convert", str(source), "--out", str(file)]
    call += ["--describe", str(description), "--calibrate", str(clips), "--quantize", mode]
    return subprocess.run(call, check=False).returncode == 0


def main(arguments: Sequence[str] | None = None) -> None:
    """Build, convert, time; raises EdgeLipError where a mode was not converted."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks lipnet", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("work", type=Path)
    parser.add_argument("--cell", choices=("gru", "lstm"), default="gru")
    parser.add_argument("--modes", nargs="+", default=("none", "dynamic"))
    options = parser.parse_args(arguments)
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    work = options.work
    work.mkdir(parents=True, exist_ok=True)
    source, clips = work / f"lipnet-{options.cell}.h5", work / "clips.npy"
    build(options.cell).save(source)
    noise = np.random.default_rng(0).random((8, FRAMES, HEIGHT, WIDTH, 3), np.float32)
    np.save(clips, noise)
    failed = []
    for mode in options.modes:
        file = work / f"lipnet-{options.cell}-{mode}.tflite"
        if convert(source, file, LETTERS, clips, mode):
            print(f"{file.name}: {time_window(file):.0f} ms a window\n", flush=True)
        else:
            failed.append(mode)
    if failed:
        raise EdgeLipError(f"not converted, see above: {', '.join(failed)}")
