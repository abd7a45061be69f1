"""Write layers.json.gz of this folder: what Keras 2 computes, layer by layer.

    python -m venv scratch
    scratch/bin/pip install tensorflow-cpu==2.21.0 tf_keras==2.21.0
    PYTHONPATH=tests scratch/bin/python tests/support/keras2/make_layers.py

It was written by tf_keras 2.21.0.
"""

import gzip
import json
import re
import tempfile
from collections.abc import Callable
from importlib import import_module
from inspect import isclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from support.keras2_layers import FILE, INPUTS, Case, values, weight

keras: Any = import_module("tf_keras")  # absent where the types are checked
L = keras.layers
Build = Callable[[Any], Any]

CONTAINERS = ("Layer", "InputSpec", "Wrapper", "InputLayer", "Input")
RECURRENT = {"return_sequences": True, "use_bias": True}


def two(layer: Any) -> Build:
    """A layer of two inputs."""
    return lambda x: layer([x, L.Activation("tanh")(x)])


def bidirectional(mode: str | None, **more: Any) -> Build:
    def build(x: Any) -> Any:
        y = L.Bidirectional(L.LSTM(3, **{**RECURRENT, **more}), merge_mode=mode)(x)
        return y if mode else L.Concatenate()(y)

    return build


def nested(x: Any) -> Any:
    inner = keras.Sequential([L.Dense(3, activation="hard_sigmoid"), L.GaussianNoise(0.1)])
    entry = keras.Input(x.shape[1:])
    return keras.Model(entry, inner(entry))(x)


def masked(x: Any) -> Any:
    return L.LSTM(3)(L.Masking(mask_value=0.0)(L.ReLU(threshold=1.0)(x)))


# By input: a name, the layers it is an example of where that is not its own name, the network.
def from_states(x: Any) -> Any:
    """As a decoder begins with what an encoder ends in."""
    _, h, c = L.LSTM(3, return_state=True)(x)
    return L.LSTM(3)(L.Activation("tanh")(x), initial_state=[h, c])


def shared(x: Any) -> Any:
    """One network in three places, one of them behind another."""
    entry = keras.Input(x.shape[1:])
    inner = keras.Model(entry, L.Dense(x.shape[-1], activation="tanh")(entry))
    plain = keras.Sequential([keras.Input(x.shape[1:]), L.Dense(3)])
    return L.Add()([plain(inner(inner(x))), plain(inner(x))])


SEQUENCE: dict[str, Build] = {
    "LSTM": L.LSTM(3, **RECURRENT),
    "LSTM, hard_sigmoid": L.LSTM(3, recurrent_activation="hard_sigmoid", implementation=1),
    "LSTM, relu": L.LSTM(3, activation="relu", return_sequences=True),
    "LSTM, backwards": L.LSTM(3, go_backwards=True, return_sequences=True),
    "LSTM, unrolled": L.LSTM(3, unroll=True),
    "LSTM, dropout": L.LSTM(3, dropout=0.2, recurrent_dropout=0.3, unit_forget_bias=False),
    "LSTM, no bias": L.LSTM(3, use_bias=False),
    "GRU": L.GRU(3, **RECURRENT),
    "GRU, reset_after=False": L.GRU(3, reset_after=False, return_sequences=True),
    "GRU, hard_sigmoid": L.GRU(3, recurrent_activation="hard_sigmoid", implementation=1),
    "GRU, backwards": L.GRU(3, go_backwards=True, reset_after=False, recurrent_dropout=0.2),
    "SimpleRNN": L.SimpleRNN(3, dropout=0.1),
    "RNN": L.RNN(L.LSTMCell(3, recurrent_activation="hard_sigmoid"), return_sequences=True),
    "GRUCell": L.RNN(L.GRUCell(3, reset_after=False)),
    "LSTMCell": L.RNN(L.LSTMCell(3)),
    "SimpleRNNCell": L.RNN(L.SimpleRNNCell(3)),
    "StackedRNNCells": L.RNN(L.StackedRNNCells([L.GRUCell(3), L.LSTMCell(2)])),
    "Bidirectional": bidirectional("concat"),
    "Bidirectional, sum": bidirectional("sum", recurrent_activation="hard_sigmoid"),
    "Bidirectional, mul": bidirectional("mul"),
    "Bidirectional, ave": bidirectional("ave", return_sequences=False),
    "Bidirectional, None": bidirectional(None),
    "Bidirectional, GRU": L.Bidirectional(L.GRU(3, reset_after=False)),
    "Bidirectional, two layers": L.Bidirectional(
        L.LSTM(3), backward_layer=L.GRU(3, go_backwards=True)
    ),
    "Masking": masked,
    "LSTM, from states": from_states,
    "TimeDistributed": L.TimeDistributed(L.Dense(3, activation="hard_sigmoid")),
    "Conv1D": L.Conv1D(3, 3, strides=2, padding="same", activation="selu"),
    "Conv1D, causal": L.Conv1D(4, 2, padding="causal", dilation_rate=2, groups=2),
    "Conv1DTranspose": L.Conv1DTranspose(3, 3, strides=2, padding="same"),
    "SeparableConv1D": L.SeparableConv1D(3, 3, depth_multiplier=2, strides=2),
    "DepthwiseConv1D": L.DepthwiseConv1D(3, depth_multiplier=2, padding="same"),
    "MaxPooling1D": L.MaxPooling1D(2, strides=1, padding="same"),
    "AveragePooling1D": L.AveragePooling1D(3, strides=2, padding="same"),
    "GlobalMaxPooling1D": L.GlobalMaxPooling1D(),
    "GlobalAveragePooling1D": L.GlobalAveragePooling1D(keepdims=True),
    "ZeroPadding1D": L.ZeroPadding1D((1, 2)),
    "Cropping1D": L.Cropping1D((1, 2)),
    "UpSampling1D": L.UpSampling1D(2),
    "SpatialDropout1D": L.SpatialDropout1D(0.3),
    "Attention": two(L.Attention(use_scale=True)),
    "Attention, concat": two(L.Attention(score_mode="concat")),
    "AdditiveAttention": two(L.AdditiveAttention()),
    "MultiHeadAttention": lambda x: L.MultiHeadAttention(2, 3)(x, L.Activation("tanh")(x)),
    "LocallyConnected1D": L.LocallyConnected1D(2, 3),
    "Permute": L.Permute((2, 1)),
    "LayerNormalization": L.LayerNormalization(),
    "GroupNormalization": L.GroupNormalization(2),
    "UnitNormalization": L.UnitNormalization(),
    "BatchNormalization": L.BatchNormalization(momentum=0.9, epsilon=0.01),
    "EinsumDense": L.EinsumDense("abc,cd->abd", output_shape=(None, 3), bias_axes="d"),
    "Dot": two(L.Dot(axes=2, normalize=True)),
    "PReLU, shared": L.PReLU(shared_axes=[1]),
}
PICTURE: dict[str, Build] = {
    "Conv2D": L.Conv2D(3, 3, strides=2, padding="same", activation="relu"),
    "Conv2D, dilated": L.Conv2D(4, 3, dilation_rate=2, groups=2, use_bias=False),
    "Conv2DTranspose": L.Conv2DTranspose(3, 3, strides=2),
    "Conv2DTranspose, same": L.Conv2DTranspose(3, 3, strides=2, padding="same"),
    "Conv2DTranspose, padded": L.Conv2DTranspose(
        2, 3, strides=2, padding="same", output_padding=(1, 0)
    ),
    "SeparableConv2D": L.SeparableConv2D(3, 3, depth_multiplier=2, padding="same"),
    "DepthwiseConv2D": L.DepthwiseConv2D(3, depth_multiplier=2, strides=2, padding="same"),
    "MaxPooling2D": L.MaxPooling2D(3, strides=2, padding="same"),
    "AveragePooling2D": L.AveragePooling2D(3, strides=2, padding="same"),
    "GlobalMaxPooling2D": L.GlobalMaxPooling2D(),
    "GlobalAveragePooling2D": L.GlobalAveragePooling2D(keepdims=True),
    "ZeroPadding2D": L.ZeroPadding2D(((1, 0), (2, 1))),
    "Cropping2D": L.Cropping2D(((1, 0), (2, 1))),
    "UpSampling2D": L.UpSampling2D(2),
    "UpSampling2D, bilinear": L.UpSampling2D(2, interpolation="bilinear"),
    "Resizing": L.Resizing(6, 5),
    "Resizing, nearest": L.Resizing(5, 7, interpolation="nearest"),
    "CenterCrop": L.CenterCrop(4, 6),
    "RandomCrop": L.RandomCrop(4, 6),
    "RandomBrightness": L.RandomBrightness(0.2),
    "RandomContrast": L.RandomContrast(0.2),
    "RandomFlip": L.RandomFlip(),
    "RandomHeight": L.RandomHeight(0.2),
    "RandomRotation": L.RandomRotation(0.2),
    "RandomTranslation": L.RandomTranslation(0.2, 0.2),
    "RandomWidth": L.RandomWidth(0.2),
    "RandomZoom": L.RandomZoom(0.2),
    "Rescaling": L.Rescaling(0.5, offset=1.0),
    "Normalization": L.Normalization(),
    "SpatialDropout2D": L.SpatialDropout2D(0.3),
    "LocallyConnected2D": L.LocallyConnected2D(2, 3, strides=3),
    "BatchNormalization, pictures": L.BatchNormalization(scale=False),
    "LayerNormalization, two axes": L.LayerNormalization(axis=[2, 3]),
    "GroupNormalization, pictures": L.GroupNormalization(1),
    "ConvLSTM1D": L.ConvLSTM1D(2, 3, padding="same"),
    "Flatten": L.Flatten(),
}
CLIP: dict[str, Build] = {
    "Conv3D": L.Conv3D(3, (3, 3, 3), strides=(1, 2, 2), padding="same"),
    "Conv3DTranspose": L.Conv3DTranspose(1, 2, strides=(1, 2, 1), padding="same"),
    "MaxPooling3D": L.MaxPooling3D((1, 2, 2)),
    "AveragePooling3D": L.AveragePooling3D(2, padding="same"),
    "GlobalMaxPooling3D": L.GlobalMaxPooling3D(),
    "GlobalAveragePooling3D": L.GlobalAveragePooling3D(),
    "ZeroPadding3D": L.ZeroPadding3D((1, 0, 1)),
    "Cropping3D": L.Cropping3D((1, 1, 2)),
    "UpSampling3D": L.UpSampling3D((1, 2, 1)),
    "SpatialDropout3D": L.SpatialDropout3D(0.5),
    "ConvLSTM2D": L.ConvLSTM2D(2, 3, padding="same", return_sequences=True),
    "ConvLSTM3D": lambda x: L.ConvLSTM3D(1, 2)(L.Reshape((4, 6, 8, 2, 1))(x)),
    "LSTM of flattened frames": lambda x: L.LSTM(2)(L.TimeDistributed(L.Flatten())(x)),
}
VECTOR: dict[str, Build] = {
    "Dense": L.Dense(4, activation="relu"),
    "Activation": L.Activation("hard_sigmoid"),
    "ActivityRegularization": L.ActivityRegularization(0.1),
    "AlphaDropout": L.AlphaDropout(0.2),
    "Dropout": L.Dropout(0.2),
    "GaussianDropout": L.GaussianDropout(0.2),
    "GaussianNoise": L.GaussianNoise(0.2),
    "Identity": L.Identity(),
    "ELU": L.ELU(0.7),
    "LeakyReLU": L.LeakyReLU(),
    "LeakyReLU, 0.1": L.LeakyReLU(0.1),
    "PReLU": L.PReLU(),
    "ReLU": L.ReLU(max_value=1.5, negative_slope=0.1, threshold=0.2),
    "Softmax": L.Softmax(),
    "ThresholdedReLU": L.ThresholdedReLU(0.8),
    "RepeatVector": L.RepeatVector(3),
    "Reshape": L.Reshape((7, 1)),
    "Add": two(L.Add()),
    "Average": two(L.Average()),
    "Concatenate": two(L.Concatenate()),
    "Maximum": two(L.Maximum()),
    "Minimum": two(L.Minimum()),
    "Multiply": two(L.Multiply()),
    "Subtract": two(L.Subtract()),
    "Sequential": nested,
    "Functional, shared": shared,
    "a layer as activation": L.Dense(3, activation=L.LeakyReLU(0.1)),
    "PReLU as activation": L.Dense(3, activation=L.PReLU(alpha_initializer="ones")),
    "the name of a layer as activation": L.Dense(3, activation="LeakyReLU"),
    "initializers, regularizers, constraints": L.Dense(
        3, kernel_initializer="he_uniform", kernel_regularizer="l2", kernel_constraint="unit_norm"
    ),
}
ACTIVATIONS = (
    *("elu", "exponential", "gelu", "hard_sigmoid", "linear", "mish", "relu", "selu", "sigmoid"),
    *("softmax", "softplus", "softsign", "swish", "tanh", "leaky_relu", "relu6", "log_softmax"),
)
VECTOR |= {f"activation {one}": L.Dense(4, activation=one) for one in ACTIVATIONS}
SUBJECTS = {"Sequential": (), "activation": ()}


def case(name: str, kind: str, build: Build) -> Case:
    keras.backend.clear_session()
    entry = keras.Input(INPUTS[kind], name="input")
    model = keras.Model(entry, build(entry), name=re.sub(r"\W", "_", name))
    shapes = {one.name: tuple(one.shape) for one in model.weights}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.h5"
        model.save(path)
        with h5py.File(path) as file:
            config = json.loads(file.attrs["model_config"])
            group = file["model_weights"]
            stored = [
                (layer, [(w, list(group[layer][w].shape)) for w in group[layer].attrs[key]])
                for layer in group.attrs["layer_names"]
                for key in ("weight_names",)
            ]
        with h5py.File(path, "r+") as file:
            which = 0
            for layer, weights in stored:
                for w, shape in weights:
                    which += 1
                    file["model_weights"][layer][w][...] = weight(w, tuple(shape), which)
        model = keras.models.load_model(path, compile=False)
    assert len(shapes) == sum(len(weights) for _, weights in stored), name
    output = model(values((1, *INPUTS[kind]), 0, 2.0), training=False).numpy()
    subject = name.partition(",")[0].removeprefix("activation ")
    return Case(name, (subject,), kind, config, stored, output)


def main() -> None:
    groups = {"sequence": SEQUENCE, "picture": PICTURE, "clip": CLIP, "vector": VECTOR}
    found = [
        case(name, kind, build) for kind, table in groups.items() for name, build in table.items()
    ]
    names = [one for one in dir(L) if isclass(getattr(L, one)) and getattr(L, one).__name__ == one]
    known = {
        "version": [keras.__version__],
        "layers": sorted(set(names) - set(CONTAINERS)),
        "activations": sorted(set(ACTIVATIONS)),
    }
    cases = [
        {
            **vars(one),
            "output": np.vectorize(lambda x: float(f"{x:.7g}"))(one.output).tolist(),
        }
        for one in found
    ]
    text = json.dumps({"known": known, "cases": cases}, separators=(",", ":"))
    FILE.write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    main()
