"""Where a training was when it stopped."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from edge_lip.errors import DataError


class Checkpoints:
    """Of all that has a state, in a folder: the last two are kept. They are the same however many
    replicas there are."""

    def __init__(self, folder: Path, **kept: Any) -> None:
        self._kept = tf.train.Checkpoint(**kept)
        self._manager = tf.train.CheckpointManager(self._kept, folder, 2)

    def restore(self) -> None:
        """Be where the last one was, if there is one. Raises DataError where it can't be used."""
        path = self._manager.latest_checkpoint
        if path is None:
            return
        try:
            self._kept.restore(path).assert_existing_objects_matched()
        except (AssertionError, ValueError, tf.errors.OpError) as error:
            reason = str(error).partition("\n")[0]
            raise DataError(
                f"can't go on from {path} ({reason}): delete its folder to begin anew"
            ) from None

    def save(self, number: int) -> None:
        """Keep what is."""
        self._manager.save(number)


def wind_dropout(layers: Sequence[keras.Layer], draws: int) -> None:
    """Dropout goes on where it was: checkpoints don't hold its generators, whose state is their
    seed and how often they drew."""
    for layer in layers:
        if isinstance(layer, keras.layers.Dropout) and layer.rate:
            state = layer.seed_generator.state
            state.assign(state + tf.constant([0, draws], state.dtype))
