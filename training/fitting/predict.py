"""What a network says of one utterance, in the midst of a training."""

import numpy as np
import tensorflow as tf
from keras import Model

from ..networks.halves import run_halves
from ..recipes.recipe import Recipe
from ..samples.example import Frames
from ..samples.inputs import TrainingInputs


class Predictor:
    """Both halves of a network, compiled once for utterances of any length."""

    def __init__(self, recipe: Recipe, encode: Model, decode: Model) -> None:
        self._inputs = TrainingInputs(recipe)
        self._encode, self._decode = encode, decode

    def __call__(self, inputs: Frames) -> dict[str, np.ndarray]:
        """What `decode` gives for one utterance, as `TrainingInputs.plain` gives it."""
        length = len(next(iter(inputs.values())))
        batch = {name: tf.constant(array) for name, array in inputs.items()}
        near = tf.constant(self._inputs.near([length]))
        outputs = self._run(batch, near, tf.constant([length], tf.int32))
        return {name: value[0].numpy() for name, value in outputs.items()}

    @tf.function(reduce_retracing=True)
    def _run(
        self, inputs: dict[str, tf.Tensor], near: tf.Tensor, lengths: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        gathered = self._inputs.gather(inputs, near)
        return run_halves(
            self._encode, self._decode, gathered, lengths, uniform=True, training=False
        )
