#!/bin/bash
# A Keras 3 model given to TFLite's converter as the object that a concrete function belongs to.
#
# Version: tensorflow-cpu 2.21.0, keras 3.15.1, ai-edge-litert 2.3.0.
# Expected: TFLiteConverter.from_concrete_functions([function], model), which the converter itself asks for
#   ("Please consider providing the trackable_obj argument"), writes the same network as without the
#   model: its weights are in the file, and the file computes what the model does.
# Seen: the file is a thirtieth as large. The weights are not in it; it reads variables that nothing
#   ever sets. Converter and interpreter say nothing, and what comes out is not a number.
#   Without the second argument, or by from_keras_model, all is well.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
    'tensorflow-cpu==2.21.0' 'keras==3.15.1' 'ai-edge-litert==2.3.0' 2>/dev/null
cd "$folder"
cat > convert.py <<'EOF'
import sys
import keras, numpy as np, tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

keras.utils.set_random_seed(0)
clip = keras.Input((64,), batch_size=1)
hidden = keras.layers.Dense(256, activation="relu")(clip)
model = keras.Model(clip, keras.layers.Dense(3)(hidden))
function = tf.function(lambda x: model(x, training=False)).get_concrete_function(
    tf.TensorSpec((1, 64), tf.float32)
)
x = np.random.default_rng(0).random((1, 64), np.float32)
right = model(x).numpy()

def run(content):
    interpreter = Interpreter(model_content=content)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], x)
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])

found = {}
print(f"the weights take {4 * model.count_params():,} bytes; the model says {right[0]}")
for name, objects in (("alone", ()), ("with the model", (model,))):
    content = tf.lite.TFLiteConverter.from_concrete_functions([function], *objects).convert()
    told = run(content)
    found[name] = len(content), bool(np.allclose(told, right, atol=1e-4))
    print(f"{name:14}: {len(content):>7,} bytes, says {told[0]}")
as_seen = found["alone"][1] and not found["with the model"][1]
sys.exit(not (as_seen and 20 * found["with the model"][0] < found["alone"][0]))
EOF
export TF_CPP_MIN_LOG_LEVEL=3
"$folder/venv/bin/python" convert.py 2>"$folder/errors" || { tail -3 "$folder/errors"; exit 1; }
