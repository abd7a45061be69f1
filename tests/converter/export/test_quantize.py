"""Every way to store a model."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import tiny_model

keras = pytest.importorskip("keras", reason="conversion needs Keras")

from converter.conversion import convert as conductor  # noqa: E402
from converter.conversion.options import Options  # noqa: E402
from converter.export.export import export  # noqa: E402
from converter.export.quantize import PLANS, expand, plan  # noqa: E402
from edge_lip.cli.main import main  # noqa: E402
from edge_lip.errors import ModelError, UsageError  # noqa: E402
from edge_lip.model.file import unpack  # noqa: E402
from edge_lip.model.inspect.flatbuffer import read_flatbuffer  # noqa: E402
from edge_lip.runtime.interpreter import open_interpreter  # noqa: E402

ERRORS = {"none": 1e-5, "float16": 0.01, "dynamic": 0.1, "int8": 0.1, "mixed": 0.1}
"""Relative, at most, of the whole file's outputs; of all that a network with LSTMs allows."""
POSSIBLE = tuple(ERRORS)


def alone(job: Any, *arguments: Any, **_: Any) -> Any:
    """As if in a process of its own: layers are numbered from one on."""
    keras.utils.clear_session()
    return job(*arguments)


def build(name: str, path: Path, target: str = "tflite-runtime") -> None:
    alone(conductor.build, tiny_model.trained(), path, Options(name, target))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `--quantize all` gives."""
    folder = tmp_path_factory.mktemp("all")
    arguments = ["convert", str(tiny_model.trained()), "--out", str(folder / "m.tflite")]
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(conductor, "in_child", alone)
        assert main([*arguments, "--quantize", "all"]) == 0
    return folder


def test_all(folder: Path) -> None:
    written = {"m.tflite", *(f"m-{name}.tflite" for name in POSSIBLE if name != "mixed")}
    found = {path.name for path in folder.iterdir()}
    assert found == {*written, "m-compare.json", "m-compare.png"}
    rows = json.loads((folder / "m-compare.json").read_text())["variants"]
    assert [row["format"] for row in rows] == list(PLANS)
    assert {row["format"] for row in rows if row["status"] == "proven"} == set(POSSIBLE)


@pytest.mark.parametrize("name", POSSIBLE)
def test_each(name: str, folder: Path, tmp_path: Path) -> None:
    path = folder / ("m.tflite" if name == "mixed" else f"m-{name}.tflite")
    rows = json.loads((folder / "m-compare.json").read_text())["variants"]
    assert next(row["error"] for row in rows if row["format"] == name) < ERRORS[name]
    manifest, flatbuffer = unpack(path.read_bytes())
    assert manifest.quantization == PLANS[name] and manifest.proof["passed"]
    contents = read_flatbuffer(flatbuffer)
    assert ("WHILE" in contents.operators("decode")) == (name != "int8")
    again = tmp_path / "again.tflite"
    if name == "int8":  # TensorFlow numbers functions throughout a process
        conductor.convert(tiny_model.trained(), path, Options(name))
        conductor.convert(tiny_model.trained(), again, Options(name))
    else:
        build(name, again)
    assert again.read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("mode", "stored"),
    [
        ("none", "float32"),
        ("float16", "float16"),
        ("dynamic", "int8"),
        ("int8", "int8"),
        ("int16x8", "int8"),
    ],
)
def test_how_weights_and_sums_are_stored(mode: str, stored: str) -> None:
    entry = keras.Input((64,), name="features")
    part = keras.Model(entry, keras.layers.Dense(64)(entry), name="decode")
    values = np.random.default_rng(0).normal(size=(4, 1, 64)).astype(np.float32)
    samples = [{"features": one} for one in values]
    (graph,) = read_flatbuffer(export(part, mode, samples)).graphs
    weights = max(graph.tensors, key=lambda tensor: tensor.stored)
    assert weights.dtype == stored
    product = next(step for step in graph.operators if step.name == "FULLY_CONNECTED")
    sums = {"int8": "int8", "int16x8": "int16"}.get(mode, "float32")
    assert graph.tensors[product.outputs[0]].dtype == sums


def test_int16x8_of_what_has_no_lstm() -> None:
    encode, _ = tiny_model.halves()
    stacks = tiny_model.stacks()
    samples = [{"stack": one[np.newaxis]} for one in stacks]
    content = export(encode, "int16x8", samples, bounds={"stack": (-3.0, 3.0)})
    run = open_interpreter(content).signature("serving_default")
    found = run(stack=stacks[:1])["features"]
    expected = np.asarray(encode(stacks[:1]))
    assert np.linalg.norm(found - expected) < 0.01 * np.linalg.norm(expected)


def test_int16x8_of_an_lstm(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="'bidirectional.*LSTM.*choose --quantize int8"):
        build("int16x8", tmp_path / "model.tflite")


def test_litert_has_lstms_as_one_operator(tmp_path: Path) -> None:
    build("dynamic", tmp_path / "model.tflite", target="litert")
    contents = read_flatbuffer(unpack((tmp_path / "model.tflite").read_bytes())[1])
    assert "WHILE" not in contents.operators("decode")


def test_names() -> None:
    assert expand(("all",)) == tuple(PLANS) and expand(("mixed", "none")) == ("none", "mixed")
    with pytest.raises(UsageError, match=f"there are: {', '.join(PLANS)}$"):
        plan("int3")


def test_one_of_several_that_were_named_is_not_possible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conductor, "in_child", alone)
    arguments = ["convert", str(tiny_model.trained()), "--out", str(tmp_path / "m.tflite")]
    assert main([*arguments, "--quantize", "dynamic", "--quantize", "int16x8"]) == 1
    assert (tmp_path / "m-dynamic.tflite").exists()
