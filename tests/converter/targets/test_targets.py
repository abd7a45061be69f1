"""A file is made for a runtime, and checked against it before it is written."""

import stat
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import tiny_model

keras = pytest.importorskip("keras", reason="conversion needs Keras")
from keras import layers  # noqa: E402

from converter.conversion import convert as conductor  # noqa: E402
from converter.conversion.options import Options  # noqa: E402
from converter.export.export import export  # noqa: E402
from converter.export.merge import merge  # noqa: E402
from converter.targets.edgetpu import place  # noqa: E402
from converter.targets.operators import check_operators  # noqa: E402
from edge_lip.cli.main import main  # noqa: E402
from edge_lip.errors import ModelError, UsageError  # noqa: E402
from edge_lip.model.file import unpack  # noqa: E402
from edge_lip.model.inspect.flatbuffer import read_flatbuffer  # noqa: E402

COMPILER = """#!{python}
# In the place of edgetpu_compiler: renames the graph, drops its signature, as the real one may.
import sys
from pathlib import Path
from converter.export.flatbuffer import parse, serialize
*options, source = sys.argv[1:]
assert options[:2] == ["--show_operations", "--out_dir"], options
model = parse(Path(source).read_bytes())
model.signatureDefs, model.subgraphs[0].name = None, b"compiled"
(Path(options[2]) / (Path(source).stem + "_edgetpu.tflite")).write_bytes(serialize(model))
print("Edge TPU Compiler version 16.0.384591198")
print("Operator  Count  Status")
"""
BROKEN = "#!/bin/sh\necho Invalid model >&2\nexit 1\n"


def put_on_path(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    import sys

    folder.mkdir()
    path = folder / "edgetpu_compiler"
    path.write_text(script.format(python=sys.executable))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder; nothing is on the PATH, and conversions run in this process."""
    (tmp_path / "nothing").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.setattr(conductor, "in_child", lambda job, *arguments, **_: job(*arguments))
    return tmp_path


def test_an_operator_too_new_is_found_before_the_file_is_written() -> None:
    entry = keras.Input((None, 6), name="features")
    part = keras.Model(entry, layers.Dense(16)(layers.Dense(64)(entry)), name="decode")
    old = merge({"decode": export(part, "dynamic")})
    new = merge({"decode": export(part, "dynamic", newest=True)})
    check_operators(old, "tflite-runtime")
    check_operators(new, "litert")
    with pytest.raises(ModelError, match="FULLY_CONNECTED version 1.*'decode'.*--target litert"):
        check_operators(new, "tflite-runtime")


def test_an_unknown_target() -> None:
    with pytest.raises(UsageError, match="tflite-runtime, litert, edgetpu"):
        check_operators(b"", "gpu")


@pytest.mark.parametrize(("name", "target"), [("dynamic", "litert"), ("int8", "tflite-runtime")])
def test_what_is_written_fits(name: str, target: str, here: Path) -> None:
    from edge_lip.model.inspect.card import compatibility

    conductor.convert(tiny_model.trained(), here / "model.tflite", Options(name, target))
    found = compatibility(read_flatbuffer(unpack((here / "model.tflite").read_bytes())[1]))
    assert not found["litert"]
    assert target == "litert" or not found["tflite-runtime"]


@pytest.mark.parametrize("name", ["none", "float16", "dynamic", "int16x8"])
def test_an_edge_tpu_computes_in_int8(name: str, here: Path) -> None:
    with pytest.raises(UsageError, match="--quantize mixed or int8"):
        conductor.convert(tiny_model.trained(), here / "m.tflite", Options(name, "edgetpu"))


def test_without_the_compiler(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = here / "model.tflite"
    arguments = ["convert", str(tiny_model.trained()), "--out", str(target), "--target", "edgetpu"]
    assert main(arguments) == 0
    printed = capsys.readouterr().out
    compilable = here / "model-encode.tflite"
    assert f"edgetpu_compiler --show_operations --out_dir {here} {compilable}" in printed
    assert "3 of 4 operators" in printed and "1 DEQUANTIZE: gives float" in printed
    contents = read_flatbuffer(compilable.read_bytes())
    (graph,) = contents.graphs
    assert all(-1 not in tensor.shape for tensor in graph.tensors)
    assert unpack(target.read_bytes())[0].quantization == conductor.plan("mixed")


def test_what_the_compiler_gives_is_in_the_file(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put_on_path(monkeypatch, here / "bin", COMPILER)
    target = here / "model.tflite"
    arguments = ["convert", str(tiny_model.trained()), "--out", str(target), "--target", "edgetpu"]
    assert main(arguments) == 0
    assert "Operator  Count  Status" in capsys.readouterr().out
    manifest, flatbuffer = unpack(target.read_bytes())
    assert manifest.versions["edgetpu_compiler"] == "16.0.384591198" and manifest.proof["passed"]
    contents = read_flatbuffer(flatbuffer)
    assert list(contents.signatures) == ["encode", "decode", "encode_edgetpu"]
    assert contents.graphs[contents.signatures["encode_edgetpu"].graph].name == "compiled"
    assert contents.graphs[contents.signatures["encode"].graph].name != "compiled"
    assert set(contents.signatures["encode_edgetpu"].inputs) == {"stack"}
    assert {path.name for path in here.iterdir()} == {"nothing", "bin", "model.tflite"}


def test_a_compiler_that_fails(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_on_path(monkeypatch, here / "bin", BROKEN)
    with pytest.raises(ModelError, match="edgetpu_compiler gave no file: Invalid model"):
        conductor.convert(tiny_model.trained(), here / "model.tflite", Options(target="edgetpu"))
    assert not (here / "model.tflite").exists()


def encoder(*stages: Any) -> bytes:
    x = entry = keras.Input((8, 8, 4), name="stack")
    for stage in stages:
        x = stage(x)
    stacks = np.random.default_rng(0).normal(size=(4, 1, 8, 8, 4)).astype(np.float32)
    samples = [{"stack": one} for one in stacks]
    encode = keras.Model(entry, x, name="encode")
    return export(encode, "int8", samples, bounds={"stack": (-3.0, 3.0)})


@pytest.mark.parametrize(
    ("stages", "operator", "reason"),
    [
        ([lambda: layers.Conv2D(4, 3), lambda: layers.LeakyReLU()], "LEAKY_RELU", "not among"),
        ([lambda: layers.Dense(3)], "FULLY_CONNECTED", "more than one dimension"),
        ([lambda: layers.GlobalAveragePooling2D(), lambda: layers.Dense(2)], "", ""),
        ([lambda: layers.PReLU()], "PRELU", "share its axes"),
        ([lambda: layers.Conv2D(4, 3), lambda: layers.MaxPooling2D()], "", ""),
    ],
)
def test_placement(stages: list[Any], operator: str, reason: str) -> None:
    placements = place(encoder(*(make() for make in stages)))
    fallen = [one for one in placements if one.reason and one.operator != "DEQUANTIZE"]
    if not operator:
        assert not fallen
        return
    assert fallen[0].operator == operator and reason in fallen[0].reason
    after = placements[placements.index(fallen[0]) + 1 :]
    assert all(one.reason for one in after)
