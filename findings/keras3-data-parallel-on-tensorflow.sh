#!/bin/bash
# keras.distribution.DataParallel with TensorFlow as Keras 3's backend, over two devices.
#
# Version: tensorflow-cpu 2.21.0, keras 3.15.1.
# Expected: with DataParallel(devices=["cpu:0", "cpu:1"]) set, fit() gives each device half of a batch
#   of eight; or, since the guide has it for JAX, an error says that this backend can't.
# Seen: it is accepted, list_devices() finds both, it says that it has two replicas, and fit() trains
#   without a word: all eight rows go through one call. Only who asks for the backend's own mesh hears of
#   it ("Accelerators are uninitialized"). tf.distribute.MirroredStrategy, by the same fit(), gives each
#   device four.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check 'tensorflow-cpu==2.21.0' 'keras==3.15.1' 2>/dev/null
cd "$folder"
cat > train.py <<'EOF'
import sys
import keras, numpy as np, tensorflow as tf

(processor,) = tf.config.list_physical_devices("CPU")
tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * 2)
rows = []

class Watch(keras.layers.Layer):
    def call(self, x):
        count = tf.numpy_function(lambda n: rows.append(int(n)) or n, [tf.shape(x)[0]], tf.int32)
        with tf.control_dependencies([count]):
            return tf.identity(x)

def train():
    rows.clear()
    model = keras.Sequential([keras.Input((4,)), Watch(), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(np.ones((8, 4), np.float32), np.ones((8, 1), np.float32), batch_size=8, verbose=0)
    return sorted(rows)

with tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]).scope():
    mirrored = train()
parallel = keras.distribution.DataParallel(devices=keras.distribution.list_devices())
keras.distribution.set_distribution(parallel)
shared = train()
print("devices:", keras.distribution.list_devices(), "mesh:", parallel.device_mesh.shape)
print("rows a call with MirroredStrategy:", mirrored, "with DataParallel:", shared)
try:
    said = str(parallel.device_mesh.backend_mesh)
except ValueError as error:
    said = str(error)
print("the backend's mesh:", said)
sys.exit(not (mirrored == [4, 4] and shared == [8] and "uninitialized" in said))
EOF
export TF_CPP_MIN_LOG_LEVEL=3
"$folder/venv/bin/python" train.py 2>"$folder/errors" || { tail -3 "$folder/errors"; exit 1; }
