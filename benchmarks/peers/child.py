"""One peer in a process of its own: made into files, or run. Prints a line of JSON.

python -m benchmarks.peers.child make NAME MODE FOLDER CROPS.npy
python -m benchmarks.peers.child run NAME CROPS.npy CALLS THREADS [FILE.tflite]
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import numpy as np

from edge_lip.model.inspect.cost import macs
from edge_lip.model.inspect.flatbuffer import read_flatbuffer
from edge_lip.runtime.machine import peak_memory

from ..lipnet import convert
from . import PEERS
from .peer import Network

Array = np.ndarray


def make(peer: Network, mode: str, file: Path, crops: Path) -> None:
    """Write the peer as a TFLite file. Raises whatever a converter does that can't."""
    if peer.tokens:
        source = file.with_suffix(".h5")
        peer.build().save(source)
        if not convert(source, file, peer.tokens, crops, mode):
            sys.exit("edge-lip convert refuses it")
        return
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_keras_model(peer.build())
    if mode != "none":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if mode == "int8":
        converter.representative_dataset = lambda: ([clip[np.newaxis]] for clip in np.load(crops))
    file.write_bytes(converter.convert())


def run(peer: Network, crops: Array, calls: int, threads: int, file: Path | None) -> dict[str, Any]:
    """Time calls, one clip after the other, after one of each to warm up."""
    call = _tflite(file, threads) if file else _keras(peer, threads)
    clips = [clip[np.newaxis] for clip in crops]
    for clip in clips:
        call(clip)
    taken = []
    for number in range(calls):
        before = process_time()
        call(clips[number % len(clips)])
        taken.append(process_time() - before)
    work = _macs(peer, file) if file else None
    return {"cpu_ms": 1000 * median(taken), "peak_bytes": peak_memory(), "macs": work}


def _tflite(file: Path, threads: int) -> Callable[[Array], object]:
    from edge_lip.runtime.interpreter import open_interpreter

    interpreter = open_interpreter(file, threads)
    if not interpreter.signatures:
        return interpreter.invoke
    (name,) = interpreter.signatures
    signature = interpreter.signature(name)
    (only,) = signature.inputs
    return lambda clip: signature(**{only: clip})


def _keras(peer: Network, threads: int) -> Callable[[Array], object]:
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    model = peer.build()
    function = tf.function(lambda clip: model(clip, training=False))
    return lambda clip: function(tf.constant(clip)).numpy()


def _macs(peer: Network, file: Path) -> int:
    contents = read_flatbuffer(file.read_bytes())
    (signature,) = contents.signatures or ("",)
    return macs(contents, signature, peer.window[0])


def main(words: list[str]) -> None:
    """See above."""
    what, name, *rest = words
    peer = PEERS[name].load()
    if what == "make":
        mode, path, crops = rest
        make(peer, mode, Path(path), Path(crops))
        return
    crops, calls, threads, *files = rest
    file = Path(files[0]) if files else None
    found = run(peer, np.load(crops), int(calls), int(threads), file)
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
