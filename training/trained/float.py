"""A Keras model in the shape of `edge_lip.model.Model`: read with float weights, as it was trained.

So that a float figure differs from a quantized one in the arithmetic alone: same video, same
mouth, same reader.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from edge_lip.model.manifest import Manifest
from edge_lip.model.window import WindowModel
from edge_lip.text.logits import Logits, to_logits
from training.trained.read import load
from training.trained.trained import arguments, names_of


class FloatModel:
    """Both halves in float32; see `edge_lip.model.Model` for the methods."""

    def __init__(self, manifest: Manifest, encode: Any, decode: Any) -> None:
        self.manifest = manifest
        self.inputs = {one.name: tuple(one.shape[1:]) for one in encode.inputs}
        self._names = names_of(encode)
        self._encode = tf.function(encode, reduce_retracing=True)
        self._decode = tf.function(decode, reduce_retracing=True)

    def encode(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        """See `edge_lip.model.network.Network.encode`."""
        batch = {name: tf.constant(inputs[name][None]) for name in self._names}
        features: np.ndarray = self._encode(arguments(batch, self._names))[0].numpy()
        return features

    def decode(self, features: np.ndarray) -> Logits:
        """Logits of one utterance from its features (T, F) float32."""
        outputs = self._decode(tf.constant(features[None]))
        found = {name: array.numpy() for name, array in outputs.items()}
        return to_logits(found, self.manifest.decoding.activation)


class FloatWindow(WindowModel):
    """A network that is one graph, in float32: the windows are cut and joined as on a device."""

    def __init__(self, manifest: Manifest, window: Any) -> None:
        assert manifest.window is not None
        self.manifest = manifest
        self._how = manifest.window
        self._crop = tuple(window.input_shape[2:])
        self._network = tf.function(window, reduce_retracing=True)

    def _run(self, window: np.ndarray) -> Logits:
        outputs = self._network(tf.constant(window[None]))
        found = {name: array.numpy() for name, array in outputs.items()}
        return to_logits(found, self.manifest.decoding.activation)


def open_float(path: Path) -> FloatModel:
    """Open a `.h5` or `.keras` file of `edge-lip train`; raises ModelError when it is not one."""
    trained = load(path)
    return FloatModel(trained.manifest, trained.encode, trained.decode)
