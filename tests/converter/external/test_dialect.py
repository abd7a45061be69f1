"""Every layer and activation of Keras 2: what Keras 3 makes of it here, and TFLite."""

import re
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import keras2_layers
from support.keras2_layers import Case, cases

from converter.external import dialect
from converter.external.legacy import load_legacy
from edge_lip.errors import ModelError
from training.trained import layers
from training.trained.read import build, look

pytest.importorskip("tensorflow", reason="Keras models need TensorFlow")

REFUSED = ("LocallyConnected1D", "LocallyConnected2D", "RandomCrop", "PReLU as activation")
UNKNOWN_TO_TFLITE = ("MaxPooling3D", "AveragePooling3D")
"""Converted only as layers over pictures (see `converter.external.conv3d`)."""
DOCS = Path(__file__).parents[3] / "docs" / "convert.md"


@cache
def loaded(name: str, folder: Path) -> Any:
    """The case's network in Keras 3."""
    path = keras2_layers.write(cases()[name], folder / "model.h5")
    return build(path, partial(load_legacy, config=look(path).config))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keras2")


def test_every_layer_computes_what_keras_2_does(folder: Path) -> None:
    for name, case in cases().items():
        if name in REFUSED:
            with pytest.raises(ModelError, match=r"the layer '.*: .*"):
                loaded(name, folder)
            continue
        found = np.asarray(loaded(name, folder)(case.example))
        np.testing.assert_allclose(found, case.output, atol=2e-5, err_msg=name)


@pytest.mark.parametrize("kind", keras2_layers.INPUTS)
def test_every_layer_becomes_tflite(folder: Path, kind: str) -> None:
    """All networks of one input in one conversion."""
    import keras

    from converter.export.export import export
    from edge_lip.runtime.interpreter import open_interpreter

    left_out = (*REFUSED, *UNKNOWN_TO_TFLITE)
    some: dict[str, Case] = {
        f"y{k}": one
        for k, one in enumerate(cases().values())
        if one.input == kind and one.name not in left_out
    }
    entry = keras.Input(keras2_layers.INPUTS[kind], name="x")
    outputs = {key: loaded(one.name, folder)(entry) for key, one in some.items()}
    content = export(keras.Model(entry, outputs, name=kind), "none")
    interpreter = open_interpreter(content)
    found = interpreter.signature(interpreter.signatures[0])(x=next(iter(some.values())).example)
    for key, one in some.items():
        np.testing.assert_allclose(
            found[key].reshape(one.output.shape), one.output, atol=1e-4, err_msg=one.name
        )


def test_none_is_forgotten() -> None:
    """Whatever tf_keras has is tried, or refused with a reason."""
    tried = {layer for one in cases().values() for layer in one.layers}
    refused = {*dialect.REFUSED, *layers.WAYS_OUT}
    assert set(keras2_layers.known()["layers"]) <= tried | refused
    assert set(keras2_layers.known()["activations"]) <= tried
    assert set(dialect.IDENTITIES) <= tried


def test_the_table_in_the_docs_says_the_same() -> None:
    """Of each layer and activation, in one row."""
    text = DOCS.read_text().partition("### Layers of Keras 2")[2].partition("\n#")[0]
    rows = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("| ")]
    fate = {
        name: what.strip() for what, names, _ in rows[1:] for name in re.findall(r"`(\w+)`", names)
    }
    known = keras2_layers.known()
    assert set(fate) == {*known["layers"], *known["activations"], *layers.WAYS_OUT, *extra()}
    for name, what in fate.items():
        refused = name in dialect.REFUSED or name in layers.WAYS_OUT
        rewritten = name in dialect.ACTIVATIONS or name in (*dialect.IDENTITIES, "ThresholdedReLU")
        expected = "refused" if refused else "converted by rewriting" if rewritten else "converted"
        assert name in UNKNOWN_TO_TFLITE or what == expected, name


def extra() -> set[str]:
    """Names that layers and activations had in some versions only."""
    return {*dialect.RENAMED, "PeepholeLSTMCell", "softmax_v2", "log_softmax_v2"} - {"Model"}
