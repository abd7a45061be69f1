#!/bin/bash
# Dynamic-range quantization of a fused LSTM with 31 units, and with 32.
#
# Version: tensorflow-cpu 2.21.0, keras 3.15.1.
# Expected: with Optimize.DEFAULT the weights are stored in 8 bits, but for matrices of fewer than 1,024
#   numbers, each for itself: of an LSTM with 31 units and 400 inputs the four of 31 x 31 stay in float
#   (16 kB), those of 31 x 400 do not. So a file of 31 units is about as large as one of 32.
# Seen: one recurrent matrix under 1,024 numbers leaves the whole operator in float32, all eight
#   matrices: 31 units give a file more than three times as large as 32 units. The converter says nothing.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check 'tensorflow-cpu==2.21.0' 'keras==3.15.1' 2>/dev/null
cd "$folder"
cat > convert.py <<'EOF'
import sys
import keras, numpy as np, tensorflow as tf

FEATURES = 400

def lstm(inputs, h, c, kernel, recurrent, bias):
    steps = tf.transpose(inputs, (1, 0, 2))
    outputs = tf.TensorArray(tf.float32, tf.shape(steps)[0], element_shape=(1, h.shape[1]))
    def step(time, h, c, outputs):
        i, f, g, o = tf.split(steps[time] @ kernel + h @ recurrent + bias, 4, axis=1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
        return time + 1, h, c, outputs.write(time, h)
    *_, h, c, outputs = tf.while_loop(
        lambda time, *_: time < tf.shape(steps)[0], step, (tf.constant(0), h, c, outputs)
    )
    return h, tf.transpose(outputs.stack(), (1, 0, 2)), h, c, tf.constant(0.0)

def size(units):
    layer = keras.layers.LSTM(units, return_sequences=True)
    layer.build((1, None, FEATURES))
    spec = tf.TensorSpec((1, None, FEATURES))
    # Marked as Keras 2 marked its LSTM, which the converter makes one operator of.
    attributes = {"api_implements": "lstm_0", "go_backwards": False, "time_major": False}
    call = tf.function(lstm, autograph=False, experimental_attributes=attributes)
    weights = [tf.constant(np.array(one)) for one in layer.get_weights()]
    def run(x):
        zeros = tf.zeros((1, units))
        return call(x, zeros, zeros, *weights)[1]
    module = tf.Module()
    module.run = tf.function(run, input_signature=[spec])
    function = module.run.get_concrete_function()
    converter = tf.lite.TFLiteConverter.from_concrete_functions([function], module)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    return len(converter.convert())

sizes = {units: size(units) for units in (31, 32)}
for units, found in sizes.items():
    print(f"{units} units: {found:>8,} bytes")
sys.exit(not sizes[31] > 3 * sizes[32])
EOF
export TF_CPP_MIN_LOG_LEVEL=3
"$folder/venv/bin/python" convert.py 2>"$folder/errors" || { tail -3 "$folder/errors"; exit 1; }
