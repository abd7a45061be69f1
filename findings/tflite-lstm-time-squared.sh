#!/usr/bin/env bash
# TensorFlow 2.21.0 (Keras 3.15.1), ai-edge-litert 2.3.0.
#
# Expected: a recurrent layer does the same work at each step, so a Keras LSTM over a free time axis,
# converted to TFLite, takes time in proportion to the number of steps.
#
# Seen: it becomes a WHILE loop, a step of which takes longer the more steps there are in all: with 75
# of them 5 microseconds, with 1200 19, with 4800 83. From some hundred steps on, time grows with
# their square, as if each round of the loop copied all that the loop carries.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet \
    tensorflow-cpu==2.21.0 keras==3.15.1 ai-edge-litert==2.3.0 2>"$work/log" ||
    { cat "$work/log"; exit 1; }
TF_CPP_MIN_LOG_LEVEL=3 "$work/venv/bin/python" - 2>"$work/log" <<'PYTHON' || { cat "$work/log"; exit 1; }
import sys
from time import process_time

import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

keras.utils.set_random_seed(0)
frames = keras.Input((None, 192), batch_size=1)
model = keras.Model(frames, keras.layers.LSTM(64, return_sequences=True)(frames))
converter = tf.lite.TFLiteConverter.from_keras_model(model)
converter.optimizations = [tf.lite.Optimize.DEFAULT]
content = converter.convert()


def microseconds(steps):
    """Of processor time for one step, the quickest of several calls."""
    interpreter = Interpreter(model_content=content, num_threads=1)
    (given,) = interpreter.get_input_details()
    interpreter.resize_tensor_input(given["index"], (1, steps, 192))
    interpreter.allocate_tensors()
    interpreter.set_tensor(given["index"], np.zeros((1, steps, 192), np.float32))
    taken = []
    for _ in range(5):
        start = process_time()
        interpreter.invoke()
        taken.append(process_time() - start)
    return 1e6 * min(taken) / steps


found = {steps: microseconds(steps) for steps in (75, 300, 1200, 4800)}
for steps, each in found.items():
    print(f"{steps:5} steps: {each:7.1f} microseconds a step")
grown = found[4800] / found[75]
print(f"a step of 4800 takes {grown:.1f} times as long as one of 75")
sys.exit(0 if grown > 3 else 1)
PYTHON
