"""One part of a model as a TFLite flatbuffer."""

import re
import tempfile
from functools import partial
from typing import Any, Final

from edge_lip.errors import ModelError
from training.trained.cause import first_cause

from .modes import MODES
from .quantize import NO_BOUNDS, Bounds, Samples, configure

FOREIGN: Final = re.compile(r"^(?:TF Select|Flex|Custom) ops: (.+)$", re.MULTILINE)
"""The line of TensorFlow's message that names operators which TFLite does not have."""
OUTPUT: Final = "features"
"""The name of an output that has none of its own: what `encode` gives."""


def export(
    part: Any,
    mode: str,
    samples: Samples = (),
    bounds: Bounds = NO_BOUNDS,
    newest: bool = False,
) -> bytes:
    """The flatbuffer of the Keras model `part`, for a batch of one.

    `newest`: with operators that not every interpreter has (see
    `converter.targets.Target`). See `converter.export.quantize.configure` for the rest.
    Raises `ModelError` when TensorFlow refuses; on some graphs it takes the process with it
    instead.
    """
    import keras
    import tensorflow as tf

    from .fused_lstm import fusable, fuse, settle

    # The size of the batch has to be known: the converter can't lower an LSTM's lists without it.
    entries = [keras.Input(one.shape[1:], batch_size=1, name=one.name) for one in part.inputs]
    fixed = entries if len(entries) > 1 else entries[0]
    fused = (MODES[mode].fused or newest) and fusable(part)
    outputs = fuse(part, fixed).output if fused else part(fixed)
    if not isinstance(outputs, dict):
        outputs = {OUTPUT: outputs}
    network = keras.Model(fixed, outputs)
    converter = tf.lite.TFLiteConverter.from_keras_model(network)
    configure(converter, mode, samples, bounds, per_channel=newest)
    try:
        content = bytes(converter.convert())
    except Exception as error:
        raise ModelError(
            f"TensorFlow can't convert '{part.name}' to {mode}: {_reason(_first(error, network))}"
        ) from error
    return settle(content, MODES[mode].weights) if fused else content


def _first(error: Exception, network: Any) -> str:
    """What an error of TensorFlow's converter is about. It tries a graph in two ways and tells how
    the second failed: where there is no graph at all, that is not why."""
    import keras
    import tensorflow as tf

    with tempfile.TemporaryDirectory() as folder:
        try:
            archive = keras.export.ExportArchive()
            archive.track(network)
            specs = [tf.TensorSpec(one.shape, one.dtype, one.name) for one in network.inputs]
            archive.add_endpoint("serve", partial(network, training=False), specs)
            archive.write_out(folder, verbose=False)
        except Exception as first:
            return first_cause(first)
    return str(error)


def _reason(message: str) -> str:
    """The part of TensorFlow's message that says what is wrong, in one line."""
    foreign = FOREIGN.search(message)
    return f"TFLite has no {foreign[1]}" if foreign else message.strip().partition("\n")[0]
