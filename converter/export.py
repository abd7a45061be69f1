"""One half of the network as a TFLite flatbuffer."""

from collections.abc import Callable
from typing import Any

from edge_lip.errors import ModelError


def export(half: Any, configure: Callable[[Any], None]) -> bytes:
    """The flatbuffer of the Keras model `half`, for a batch of one.

    `configure` sets the quantization of a `tf.lite.TFLiteConverter`. Raises `ModelError` when
    TensorFlow refuses; on some graphs it takes the process with it instead.
    """
    import keras
    import tensorflow as tf

    # The size of the batch has to be known: the converter can't lower an LSTM's lists without it.
    entry = half.inputs[0]
    fixed = keras.Input(entry.shape[1:], batch_size=1, name=entry.name)
    outputs = half(fixed)
    if not isinstance(outputs, dict):  # what `encode` gives has no name of its own
        outputs = {"features": outputs}
    converter = tf.lite.TFLiteConverter.from_keras_model(keras.Model(fixed, outputs))
    configure(converter)
    try:
        return bytes(converter.convert())
    except Exception as error:
        reason = str(error).strip().partition("\n")[0]
        raise ModelError(f"TensorFlow can't convert '{half.name}': {reason}") from error
