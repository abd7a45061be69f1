"""A SavedModel: the graph that it serves, as a Keras 3 network of one layer."""

from pathlib import Path
from typing import Any, Final

from edge_lip.errors import ModelError

SIGNATURE: Final = "serving_default"


def check_folder(path: Path) -> None:
    """Raise `ModelError` where the folder `path` is no SavedModel."""
    if not (path / "saved_model.pb").is_file():
        raise ModelError(f"{path} is a folder without a saved_model.pb: not a SavedModel")


def load_saved_model(path: Path) -> Any:
    """The signature `serving_default` of the SavedModel `path`: one input, one output.

    Its layers are gone, so that it can't be parted into halves; it is read window by window. Raises
    `ModelError`, and whatever TensorFlow does with a damaged one.
    """
    import keras
    import tensorflow as tf

    signatures = tf.saved_model.load(str(path)).signatures
    if SIGNATURE not in signatures:
        known = ", ".join(signatures) or "none"
        raise ModelError(
            f"the SavedModel has no signature '{SIGNATURE}' (it has: {known}): write it with "
            "model.export"
        )
    function = signatures[SIGNATURE]
    _, inputs = function.structured_input_signature
    if len(inputs) != 1 or len(function.structured_outputs) != 1:
        raise ModelError(
            f"the signature '{SIGNATURE}' has {len(inputs)} inputs and "
            f"{len(function.structured_outputs)} outputs: edge-lip reads one of each"
        )
    (entry,) = inputs.values()
    if entry.shape.rank is None or (entry.shape[0] is None and _has_lists(function)):
        raise ModelError(
            "the SavedModel has a recurrent layer and takes any number of clips at once, which "
            "TensorFlow can't convert: give the .keras or .h5 file, or export it with an "
            "input_signature for one clip"
        )
    clip = keras.Input(batch_shape=entry.shape.as_list(), name="clip")
    outputs = keras.layers.TFSMLayer(str(path), call_endpoint=SIGNATURE)(clip)
    (output,) = outputs.values()
    return keras.Model(clip, output)


def _has_lists(function: Any) -> bool:
    """Whether the graph has lists of tensors, as loops over time do."""
    graph = function.graph.as_graph_def()
    bodies = [graph.node, *(one.node_def for one in graph.library.function)]
    return any(node.op == "TensorListReserve" for nodes in bodies for node in nodes)
