"""What a network says of one utterance, in the midst of a training."""

import numpy as np
import tensorflow as tf
from keras import Model

from edge_lip.reading.recognizer import apart
from edge_lip.text.logits import Logits, mean, to_logits

from ..networks.halves import run_encode
from ..recipes.recipe import Recipe
from ..samples.example import Frames
from ..samples.inputs import TrainingInputs


class Predictor:
    """Both halves of a network, compiled once for utterances of any length."""

    def __init__(self, recipe: Recipe, encode: Model, decode: Model) -> None:
        self._inputs = TrainingInputs(recipe)
        self._encode, self._decode, self._apart = encode, decode, recipe.apart

    def __call__(self, inputs: Frames) -> dict[str, np.ndarray]:
        """What `decode` gives for one utterance, as `TrainingInputs.plain` gives it."""
        outputs = self._says(self._sees(*self._whole(inputs)))
        return {name: value[0].numpy() for name, value in outputs.items()}

    def final(self, inputs: Frames) -> Logits:
        """What a device makes the final text of such an utterance of (see
        `edge_lip.reading.recognizer.NetworkRecognizer.final`)."""
        features = self._sees(*self._whole(inputs)).numpy()
        each = []
        for view in apart(features, self._apart):
            outputs = self._says(tf.constant(view))
            each.append(to_logits({name: value.numpy() for name, value in outputs.items()}))
        return mean(each)

    def _whole(self, inputs: Frames) -> tuple[dict[str, tf.Tensor], tf.Tensor]:
        """An utterance in tensors, and the neighbours of its frames."""
        length = len(next(iter(inputs.values())))
        batch = {name: tf.constant(array) for name, array in inputs.items()}
        return batch, tf.constant(self._inputs.near([length]))

    @tf.function(reduce_retracing=True)
    def _sees(self, inputs: dict[str, tf.Tensor], near: tf.Tensor) -> tf.Tensor:
        """(T, F) features."""
        return run_encode(self._encode, self._inputs.gather(inputs, near), training=False)

    @tf.function(reduce_retracing=True)
    def _says(self, features: tf.Tensor) -> dict[str, tf.Tensor]:
        return self._decode(features[tf.newaxis], training=False)
