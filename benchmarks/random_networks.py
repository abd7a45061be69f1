"""Small networks of our family, each different, to convert in every way.

What `round_trip.py` converts two hundred of, and a test a few.
"""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from converter.conversion.convert import convert
from converter.conversion.options import Options
from edge_lip.errors import EdgeLipError
from edge_lip.model.file import open_model
from edge_lip.model.manifest import Manifest, Stack
from edge_lip.mouth.geometry import CropGeometry
from edge_lip.text.decoding import Decoding
from edge_lip.text.tasks import TASKS

RECURRENT: Final = ("lstm", "bilstm", "gru", "bigru", "conv")
NORMALIZATIONS: Final = ("none", "batch", "layer")
HEIGHT, WIDTH, FRAMES = 8, 12, 5
SENTENCES = Manifest(
    name="random",
    version="1",
    task="sentence",
    fps=25.0,
    crop=CropGeometry(WIDTH, HEIGHT),
    stack=Stack(frames=FRAMES, ahead=2),
    tokens=("", "a", "b", " "),
    words=("ab", "ba"),
    decoding=Decoding("grammar", (("ab", "ba"), ("ab",)), 0.5, 0.5, 4),
    training={"data": "none", "clips": 0},
    accuracy=(),
    licence="CC0-1.0",
    versions={},
)
MANIFESTS = {
    "sentence": SENTENCES,
    "label": replace(
        SENTENCES,
        task="label",
        tokens=(),
        words=(),
        labels=("Begin", "Excuse me", "I am sorry"),
        decoding=Decoding("label", None, 0.0, 0.0, 1, temperature=1.5, threshold=0.2),
    ),
}


@dataclass(frozen=True)
class Architecture:
    """One of them; plain values, so that it can be drawn, printed and stored."""

    seed: int
    """Of the weights."""
    task: str
    channels: tuple[int, ...]
    """Of the convolutions of `encode`; every one has half the size of that before it."""
    kernel: int
    stride: int
    """Of the first."""
    features: int
    normalization: str
    over_time: str
    """One of `RECURRENT`."""
    units: int
    layers: int
    dropout: float


def draw(rng: np.random.Generator) -> Architecture:
    """Any of them."""
    depth = int(rng.integers(1, 4))
    return Architecture(
        seed=int(rng.integers(2**31)),
        task=str(rng.choice(list(TASKS))),
        channels=tuple(int(rng.integers(4, 25)) for _ in range(depth)),
        kernel=int(rng.choice((1, 3, 5))),
        stride=int(rng.integers(1, 5)),
        features=int(rng.integers(4, 33)),
        normalization=str(rng.choice(NORMALIZATIONS)),
        over_time=str(rng.choice(RECURRENT)),
        units=int(rng.integers(2, 33)),
        layers=int(rng.integers(1, 4)),
        dropout=float(rng.choice((0.0, 0.3))),
    )


def stacks(count: int = 20) -> np.ndarray:
    """(count, h, w, n) float32, normalized like crops."""
    values = np.random.default_rng(0).normal(size=(count, HEIGHT, WIDTH, FRAMES))
    return np.clip(values, -3, 3).astype(np.float32)


def build(one: Architecture) -> tuple[Any, Any]:
    """Its `encode` and `decode`; normalizations have statistics and weights of their own."""
    import keras
    from keras import layers

    keras.utils.clear_session()
    keras.utils.set_random_seed(one.seed)
    x = stack = keras.Input((HEIGHT, WIDTH, FRAMES), name="stack")
    for k, channels in enumerate(one.channels):
        stride = one.stride if k == 0 else 2
        bias = one.normalization != "batch"
        x = layers.Conv2D(channels, one.kernel, stride, padding="same", use_bias=bias)(x)
        x = layers.ReLU()(_normalize(one)(x))
    x = layers.Dense(one.features)(layers.Dropout(one.dropout)(layers.Flatten()(x)))
    encode = keras.Model(stack, layers.ReLU()(_normalize(one)(x)), name="encode")
    x = entry = keras.Input((None, one.features), name="features")
    for k in range(one.layers):
        x = _over_time(one, k)(layers.Dropout(one.dropout)(x))
    if one.task == "label":
        x = layers.GlobalAveragePooling1D()(x)
    manifest = MANIFESTS[one.task]
    sizes = {"labels": len(manifest.labels)}
    if one.task == "sentence":
        sizes = {"logits": len(manifest.tokens), "words": len(manifest.words) + 1}
    heads = {name: layers.Dense(size, name=name)(x) for name, size in sizes.items()}
    decode = keras.Model(entry, heads, name="decode")
    for half in (encode, decode):
        _vary(half, np.random.default_rng(one.seed))
    return encode, decode


def attempt(one: Architecture, plan: str, folder: Path, target: str = "tflite-runtime") -> str:
    """Convert it: "verified", or what the refusal says. Raises whatever else happens.

    A file that is written is opened and read with once more, here.
    """
    import h5py
    import keras

    encode, decode = build(one)
    clips = keras.Input((None, *encode.input_shape[1:]), name="stacks")
    whole = decode(keras.layers.TimeDistributed(encode, name="encode")(clips))
    source, file = folder / "random.h5", folder / "random.tflite"
    file.unlink(missing_ok=True)
    keras.Model(clips, whole, name="edge_lip").save(source)
    with h5py.File(source, "r+") as opened:
        opened.attrs["edge_lip_manifest"] = MANIFESTS[one.task].to_json()
        opened["edge_lip_calibration"] = np.rint(stacks() * 42).astype(np.int8)
    try:
        convert(source, file, Options(plan, target))
    except EdgeLipError as error:
        if file.exists() or "\n" in str(error) or not str(error):
            raise AssertionError(f"not a refusal: {error!r}") from error
        return str(error)
    model = open_model(file)
    features = np.stack([model.encode({"stack": stack}) for stack in stacks()])
    first, again = model.decode(features), model.decode(features)
    for key in ("tokens", "words", "labels"):
        found, same = getattr(first, key), getattr(again, key)
        if found is not None and not (np.isfinite(found).all() and np.array_equal(found, same)):
            raise AssertionError(f"{key} of {asdict(one)} are no numbers, or not the same twice")
    return "verified"


def _normalize(one: Architecture) -> Any:
    from keras import layers

    kinds = {"batch": layers.BatchNormalization, "layer": layers.LayerNormalization}
    return kinds[one.normalization]() if one.normalization in kinds else layers.Identity()


def _over_time(one: Architecture, index: int) -> Any:
    from keras import layers

    kind = one.over_time.removeprefix("bi")
    if kind == "conv":
        return layers.Conv1D(
            one.units, 3, padding="same", activation="relu", dilation_rate=2**index
        )
    layer = {"lstm": layers.LSTM, "gru": layers.GRU}[kind](one.units, return_sequences=True)
    return layers.Bidirectional(layer) if one.over_time.startswith("bi") else layer


def _vary(half: Any, rng: np.random.Generator) -> None:
    """Biases, scales and statistics as training leaves them: not at zero and one."""
    for weight in half.weights:
        if len(weight.shape) == 1:
            near = np.asarray(weight) + rng.normal(scale=0.2, size=weight.shape)
            weight.assign(np.maximum(near, 0.1) if "variance" in weight.name else near)
