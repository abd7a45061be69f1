#!/bin/bash
# A Keras 2 model with a model inside it, loaded by Keras 3.
#
# Versions: tf_keras 2.21.0 writes, keras 3.15.1 reads; tensorflow-cpu 2.21.0.
# Expected: nested models, as everybody builds a front end, load from .h5 files of Keras 2 like the
#   layers they are made of.
# Seen: a nested model that is followed by another layer does not load: "The graph of the Functional
#   model either has loops or disconnected nodes". Keras 2 counts the uses of a nested model from 1 (0
#   is its own), Keras 3 counts them from 0; it takes one off where the nested model is the output of
#   the outer one, and forgets to where it is the input of a layer. The same network without the
#   nesting loads and gives the same numbers.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check 'tensorflow-cpu==2.21.0' 'keras==3.15.1' 2>/dev/null
"$folder/venv/bin/pip" install -q --disable-pip-version-check --no-deps 'tf_keras==2.21.0' 2>/dev/null
cd "$folder"
cat > write.py <<'EOF'
import numpy as np, tf_keras
from tf_keras import layers
tf_keras.utils.set_random_seed(0)
inside = tf_keras.Input((4,))
front = tf_keras.Model(inside, layers.Dense(5, activation="tanh")(inside), name="front")
last = layers.Dense(3, name="last")
entry = tf_keras.Input((4,))
nested = tf_keras.Model(entry, last(front(entry)))
nested.save("nested.h5")
outer = tf_keras.Input((4,))
tf_keras.Model(outer, last(front.layers[-1](outer))).save("flat.h5")
tf_keras.Model(entry, front(entry)).save("at-the-end.h5")
example = np.random.default_rng(0).normal(size=(1, 4)).astype("float32")
np.savez("seen.npz", example=example, output=nested(example).numpy())
EOF
cat > read.py <<'EOF'
import sys
import numpy as np, keras
seen = np.load("seen.npz")
load = lambda name: keras.models.load_model(name, compile=False)
flat = np.allclose(np.asarray(load("flat.h5")(seen["example"])), seen["output"], atol=1e-6)
print("without nesting: loads, same numbers:", flat)
load("at-the-end.h5")
print("nested, at the end: loads")
try:
    load("nested.h5")
    refused = False
    print("nested, followed by a layer: loads")
except Exception as error:
    refused = "disconnected nodes" in str(error)
    print("nested, followed by a layer:", str(error).partition("The following")[0])
sys.exit(not (flat and refused))
EOF
export TF_CPP_MIN_LOG_LEVEL=3
"$folder/venv/bin/python" write.py 2>/dev/null
"$folder/venv/bin/python" read.py 2>/dev/null
