#!/bin/bash
# A Keras 3 optimizer with global_clipnorm (or clipnorm) under tf.distribute.MirroredStrategy.
#
# Version: tensorflow-cpu 2.21.0, keras 3.15.1; beside it tf_keras 2.21.0.
# Expected: the step is that of one device with the whole batch: what the replicas found is summed, then
#   clipped. Gradients of 3 and -2 are 1 together, which a norm of 1 lets pass.
# Seen: apply_gradients() clips what each replica found to a norm of 1, and sums then: 1 - 1 = 0, no
#   step. Nothing warns. Keras 2 sums first. Summed outside of run() and applied there once, by an
#   optimizer made outside of the strategy's scope, Keras 3 does so as well.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check 'tensorflow-cpu==2.21.0' 'keras==3.15.1' 2>/dev/null
"$folder/venv/bin/pip" install -q --disable-pip-version-check --no-deps 'tf_keras==2.21.0' 2>/dev/null
cd "$folder"
cat > step.py <<'EOF'
import sys
import keras, tensorflow as tf, tf_keras

(processor,) = tf.config.list_physical_devices("CPU")
tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * 2)
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
found = strategy.experimental_distribute_values_from_function(
    lambda replica: tf.constant((3.0, -2.0)[replica.replica_id_in_sync_group])
)

def step_of(kind):
    with strategy.scope():
        weight = tf.Variable(0.0)
        optimizer = kind.optimizers.SGD(1.0, global_clipnorm=1.0)
        optimizer.build([weight])

    @tf.function
    def step():
        strategy.run(lambda mine: optimizer.apply_gradients([(mine, weight)]), (found,))

    step()
    return float(0.0 - weight.numpy())

def step_outside():
    weight, optimizer = tf.Variable(0.0), keras.optimizers.SGD(1.0, global_clipnorm=1.0)
    optimizer.build([weight])

    @tf.function
    def step():
        summed = strategy.reduce("SUM", strategy.run(lambda mine: mine, (found,)), axis=None)
        optimizer.apply_gradients([(summed, weight)])

    step()
    return float(0.0 - weight.numpy())

steps = step_of(tf_keras), step_of(keras), step_outside()
print("step of Keras 2: {}, of Keras 3: {}, of Keras 3 outside of run(): {}".format(*steps))
sys.exit(steps != (1.0, 0.0, 1.0))
EOF
export TF_CPP_MIN_LOG_LEVEL=3
"$folder/venv/bin/python" step.py 2>"$folder/errors" || { tail -3 "$folder/errors"; exit 1; }
