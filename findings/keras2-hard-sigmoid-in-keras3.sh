#!/bin/bash
# A Keras 2 model with activation="hard_sigmoid", loaded by Keras 3.
#
# Versions: tf_keras 2.21.0 writes, keras 3.15.1 reads; tensorflow-cpu 2.21.0.
# Expected: an .h5 file that Keras 3 loads without a word computes what Keras 2 computed: same layer
#   class, same argument, same weights.
# Seen: it loads, every weight in its place, and computes something else. Keras 2 calls
#   clip(x/5 + 1/2, 0, 1) hard_sigmoid, Keras 3 relu6(x + 3)/6. Nothing warns. With Keras 2's function put
#   in its place, the same network gives Keras 2's numbers to the last digits. (It was the default in the
#   gates of LSTM and GRU up to Keras 2.2. Those files stop at an argument, time_major, which Keras 3
#   does not have; whoever takes that out gets the other function.)
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check 'tensorflow-cpu==2.21.0' 'keras==3.15.1' 2>/dev/null
"$folder/venv/bin/pip" install -q --disable-pip-version-check --no-deps 'tf_keras==2.21.0' 2>/dev/null
cd "$folder"
cat > write.py <<'EOF'
import numpy as np, tf_keras
tf_keras.utils.set_random_seed(0)
entry = tf_keras.Input((4,))
model = tf_keras.Model(entry, tf_keras.layers.Dense(3, activation="hard_sigmoid")(entry))
model.save("model.h5")
clip = np.random.default_rng(0).normal(size=(1, 4)).astype("float32")
np.savez("seen.npz", clip=clip, output=model(clip).numpy())
EOF
cat > read.py <<'EOF'
import sys
import numpy as np, keras
seen = np.load("seen.npz")
model = keras.models.load_model("model.h5", compile=False)
found = np.asarray(model(seen["clip"]))
model.layers[-1].activation = lambda x: keras.ops.clip(x / 5 + 0.5, 0, 1)
mended = np.asarray(model(seen["clip"]))
size = np.linalg.norm(seen["output"])
off, left = (np.linalg.norm(one - seen["output"]) / size for one in (found, mended))
print("Keras 2:", seen["output"].round(4), "Keras 3:", found.round(4))
print(f"off by {off:.1%}; with x/5 + 1/2 in its place by {left:.5%}")
sys.exit(not (off > 0.01 and left < 1e-5))
EOF
export TF_CPP_MIN_LOG_LEVEL=3
"$folder/venv/bin/python" write.py 2>"$folder/errors" || { tail -3 "$folder/errors"; exit 1; }
"$folder/venv/bin/python" read.py 2>"$folder/errors" || { tail -3 "$folder/errors"; exit 1; }
