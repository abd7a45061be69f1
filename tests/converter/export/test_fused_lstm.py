"""LSTMs as one operator compute what Keras does, in float and in full int8."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import tiny_model

keras = pytest.importorskip("keras", reason="the networks are Keras'")
from keras import layers  # noqa: E402

from converter.conversion import convert as conductor  # noqa: E402
from converter.conversion.options import Options  # noqa: E402
from converter.export.export import export  # noqa: E402
from converter.verification.storage import compare_storage  # noqa: E402
from edge_lip.model.file import open_model  # noqa: E402
from edge_lip.model.inspect.flatbuffer import read_flatbuffer  # noqa: E402
from edge_lip.runtime.interpreter import open_interpreter  # noqa: E402
from training.trained.read import build, load_with_keras  # noqa: E402

FEATURES, UNITS = 6, 8
LSTM = "UNIDIRECTIONAL_SEQUENCE_LSTM"


def network(*stages: Any) -> Any:
    keras.utils.set_random_seed(0)
    x = entry = keras.Input((None, FEATURES), name="features")
    for stage in stages:
        x = stage(x)
    return keras.Model(entry, {"labels": x}, name="decode")


def lstm(**options: Any) -> Any:
    return layers.LSTM(UNITS, **{"return_sequences": True, **options})


def utterance(length: int, size: float = 1.0) -> np.ndarray:
    values = np.random.default_rng(length).normal(size=(1, length, FEATURES))
    return (size * values).astype(np.float32)


def operators(content: bytes) -> dict[str, int]:
    found = read_flatbuffer(content).operators("serving_default")
    return {name: sum(versions.values()) for name, versions in found.items()}


def error(content: bytes, original: Any, given: np.ndarray) -> float:
    interpreter = open_interpreter(content)
    found = interpreter.signature("serving_default")(features=given)["labels"]
    expected = np.asarray(original(given)["labels"])
    assert found.shape == expected.shape
    return float(np.linalg.norm(found - expected) / np.linalg.norm(expected))


@pytest.mark.parametrize(
    ("stages", "count"),
    [
        ([lambda: lstm(), lambda: layers.Dropout(0.5), lambda: lstm(use_bias=False)], 2),
        ([lambda: layers.Bidirectional(lstm()), lambda: layers.Dense(3)], 2),
        ([lambda: layers.Bidirectional(lstm(), merge_mode="sum"), lambda: lstm()], 3),
        ([lambda: layers.Bidirectional(lstm(return_sequences=False))], 2),
        ([lambda: lstm(go_backwards=True), lambda: lstm(return_sequences=False)], 2),
    ],
)
def test_float(stages: list[Any], count: int) -> None:
    original = network(*(make() for make in stages))
    content = export(original, "none", newest=True)
    found = operators(content)
    assert found[LSTM] == count and "WHILE" not in found
    for length in (1, 7, 30):
        assert error(content, original, utterance(length)) < 1e-5


def test_what_does_not_fit_stays_a_loop() -> None:
    original = network(lstm(activation="relu"), lstm())
    content = export(original, "none", newest=True)
    assert operators(content)[LSTM] == 1 and operators(content)["WHILE"] == 1
    assert error(content, original, utterance(7)) < 1e-5


def test_cells_are_not_clipped() -> None:
    """One that counts frames goes beyond the 10 at which the converter would stop it."""
    original = network(lstm())
    _, recurrent, bias = original.get_weights()
    bias[:] = 3  # all gates open
    original.set_weights([np.ones((FEATURES, 4 * UNITS), np.float32), 0 * recurrent, bias])
    content = export(original, "none", newest=True)
    full = np.ones((1, 40, FEATURES), np.float32)
    empty = full.copy()
    empty[:, 20:] = -1.2  # the gates close slowly: how far it had counted shows
    assert error(content, original, full) < 1e-5
    assert error(content, original, empty) < 1e-5


@pytest.mark.parametrize("stages", [1, 2])
def test_full_int8_of_both_directions(stages: int) -> None:
    """Forward, backward and what is put together of them each had a scale of its own."""
    lstms = [layers.Bidirectional(lstm()) for _ in range(stages)]
    original = network(*lstms)
    samples = [{"features": utterance(length)} for length in range(20, 40)]
    content = export(original, "int8", samples)
    assert "WHILE" not in operators(content)
    assert error(content, original, utterance(30)) < 0.05


def test_the_same_utterance_twice(tmp_path: Path) -> None:
    path = tmp_path / "model.tflite"
    conductor.build(tiny_model.trained(), path, Options(quantization="int8"))
    model = open_model(path)
    first, other = tiny_model.features(40), tiny_model.features(15)
    before = model.decode(first).tokens
    model.decode(other)
    again = model.decode(first).tokens
    assert before is not None and again is not None
    np.testing.assert_array_equal(before, again)
    # And that is the reader's doing: the graph by itself goes on where it was.
    run = model._decode  # type: ignore[attr-defined]
    once, twice = (run(features=first[np.newaxis])["logits"] for _ in range(2))
    assert not np.array_equal(once, twice)


@pytest.mark.parametrize("units", [8, 31, 32])
def test_8_bits_where_8_bits_were_asked_for(units: int) -> None:
    """TensorFlow leaves an LSTM in float where a matrix has fewer than 1,024 numbers: 31 x 31."""
    model = network(layers.Bidirectional(layers.LSTM(units)))
    content = export(model, "dynamic", newest=True)
    contents = read_flatbuffer(content)
    found = compare_storage(contents, "serving_default", "int8")
    assert found.numbers == 8 * units * (FEATURES + units) and not found.otherwise
    assert found.numbers < len(content) < 2.5 * found.numbers + 8000
    assert contents.operators("serving_default")[LSTM] == {3: 2}
    assert error(content, model, utterance(40)) < 0.05


@pytest.mark.parametrize("rates", [{"dropout": 0.2}, {"recurrent_dropout": 0.2}])
@pytest.mark.parametrize("kind", [layers.LSTM, layers.GRU, layers.SimpleRNN])
def test_dropout_is_gone_before_the_export(tmp_path: Path, kind: Any, rates: Any) -> None:
    plain, dropping = network(kind(4, name="x")), network(kind(4, name="x", **rates))
    dropping.set_weights(plain.get_weights())
    sizes = []
    for name, model in (("plain", plain), ("dropping", dropping)):
        path = tmp_path / f"{name}.keras"
        model.save(path)
        read = build(path, load_with_keras({"class_name": "Functional", "config": {}}))
        sizes.append(len(export(read, "none")))
        np.testing.assert_allclose(read(utterance(5))["labels"], plain(utterance(5))["labels"])
    assert sizes[0] == pytest.approx(sizes[1], abs=100)  # names in the graph differ
