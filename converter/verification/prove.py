"""Run a written model file, compare it with what it was made of, and say what was found."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from edge_lip.model.file import open_model, pack, unpack
from edge_lip.model.network import STACK, WINDOW
from edge_lip.system.files import replacing
from training.trained.trained import Arrays, Trained, arguments, encode_all, names_of

from ..external.description import Description
from ..external.outputs import LEAST
from ..external.reference import Reference
from ..external.whole import Whole
from .clips import Labelled, evaluate
from .layer_errors import worst_layer
from .outputs import (
    LEAST_COSINE,
    LENGTHS,
    Check,
    comparable,
    compare,
    explain,
    measure,
    measure_window,
    moments,
    utterances,
)
from .proof import Proof, count, run_everywhere, storage

Export = Callable[[Any], bytes]
"""A Keras model as a flatbuffer, converted as a part of the file was."""
UTTERANCE: Final = 40
"""Stacks that each interpreter reads."""


def prove(
    path: Path,
    trained: Trained | Whole,
    inputs: Arrays,
    calibration: Mapping[str, Any],
    exports: Mapping[str, Export],
    labelled: Labelled | None = None,
) -> Proof:
    """What is to be known of the model file at `path`, made of `trained`.

    `inputs`: what it takes in practice, N of each.
    `exports`: by signature, as it was made; used where the outputs are wrong, to find the layer.
    """
    manifest, flatbuffer = unpack(path.read_bytes())
    if isinstance(trained, Whole):
        windows = inputs[WINDOW]
        checks, run = measure_window(path, _graph(trained.window), windows), {STACK: windows[0]}
    else:
        checks = measure(path, _graph(trained.encode), _graph(trained.decode), inputs)
        run = {name: np.resize(one, (UTTERANCE, *one.shape[1:])) for name, one in inputs.items()}
    proof = Proof(
        signatures=count(flatbuffer, manifest),
        checks=checks,
        interpreters=run_everywhere(path, run),
        calibration=calibration,
        storage=storage(flatbuffer, manifest.quantization) if manifest.quantization else {},
    )
    if explain(checks):
        return replace(proof, worst=_find_worst(trained, inputs, exports))
    if labelled is None:
        return proof
    return replace(proof, evaluation=evaluate(original(trained), path, labelled))


def against_writer(
    proof: Proof,
    path: Path,
    reference: Reference,
    inputs: Arrays,
    description: Description | None,
) -> Proof:
    """The proof with what is known of the Keras that wrote the original: what the file at `path`
    makes of clips against what that makes of them, where it could be had."""
    proof = replace(proof, reference=reference)
    if reference.run is None or description is None:
        return proof
    (frames,) = inputs.values()
    clips = (
        list(frames[: len(LENGTHS)]) if WINDOW in inputs else utterances(frames, reference.frames)
    )
    return replace(
        proof, checks=(*proof.checks, _writer_check(path, reference, clips, description))
    )


def _writer_check(
    path: Path, reference: Reference, clips: Sequence[np.ndarray], description: Description
) -> Check:
    model = open_model(path)
    activation = model.manifest.decoding.activation
    expected, found = [], []
    for clip in clips:
        said = model.decode(np.stack([model.encode({STACK: frame}) for frame in clip]))
        (log_probs,) = said.outputs.values()
        log_probs = np.maximum(log_probs, np.log(LEAST))  # none is told below
        expected.append(comparable(reference.log_probs(clip, description, activation), activation))
        found.append(comparable(log_probs, activation))
    classes = expected[0].shape[-1]
    theirs, own = (np.stack(one).reshape(-1, classes) for one in (expected, found))
    return compare(f"the file, {reference.by}", theirs, own, LEAST_COSINE)


def write_proof(path: Path, proof: Proof) -> None:
    """Put a proof into the manifest of the model file at `path`, the network untouched."""
    manifest, flatbuffer = unpack(path.read_bytes())
    with replacing(path) as temporary:
        temporary.write_bytes(pack(flatbuffer, replace(manifest, proof=proof.to_dict())))


def original(trained: Trained | Whole) -> Any:
    """The Keras original in the shape of `edge_lip.model.Network`."""
    from training.trained.float import FloatModel, FloatWindow

    if isinstance(trained, Whole):
        return FloatWindow(trained.manifest, trained.window)
    return FloatModel(trained.manifest, trained.encode, trained.decode)


def _graph(part: Any) -> Any:
    """A Keras model as one TensorFlow graph: by itself it runs a recurrent layer step by step in
    Python, which takes ten times as long."""
    import tensorflow as tf

    specs = {one.name: tf.TensorSpec((None, *one.shape[1:])) for one in part.inputs}
    return tf.function(part, input_signature=[arguments(specs, list(specs))])


def _find_worst(
    trained: Trained | Whole, inputs: Arrays, exports: Mapping[str, Export]
) -> dict[str, Any]:
    """The layer with the largest error of its own, over all parts."""
    given: dict[str, Sequence[Arrays]] = dict.fromkeys(("encode", "window"), list(moments(inputs)))
    if isinstance(trained, Trained) and "decode" in exports:
        few = {name: one[: max(LENGTHS)] for name, one in inputs.items()}
        (name,) = names_of(trained.decode)
        features = encode_all(trained.encode, few)
        given["decode"] = [{name: u} for length in LENGTHS for u in utterances(features, length)]
    layers = [
        worst_layer(part, exports[name], given[name])
        for name, part in trained.parts.items()
        if name in exports
    ]
    found = [layer for layer in layers if layer is not None]
    if not found:
        return {}
    return asdict(max(found, key=lambda one: one.relative_error - one.before))
