"""`edge-lip info`: a model file told, without running it."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from edge_lip.cli.main import main
from edge_lip.model.file import pack, unpack
from edge_lip.model.shipped import shipped_model


def test_the_shipped_model_in_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", str(shipped_model("grid-s1"))]) == 0
    printed = capsys.readouterr().out
    for told in (
        "intact (SHA-256)",
        "sentences of 51 words: a, again",
        "96x64 grey crops at 25 frames a second, 5 at once, 2 ahead",
        "method grammar",
        "encode int8, decode dynamic",
        "CC BY 4.0",
        "test quantized grammar, 85 clips: 4.7% words wrong",
        "int8 (1 x 64 x 96 x 5), 0.02353 a step from -1",
        "float32 (1 x T x 192)",
        "4 CONV_2D v3",
        "20.9 M multiply-adds",
        "tflite-runtime  runs it",
        "edgetpu         encode maps to it",
    ):
        assert told in printed


def test_what_was_proven(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest, flatbuffer = unpack(shipped_model("grid-s1").read_bytes())
    checks = [{"name": "encode", "relative_error": 0.031, "cosine": 0.99, "least": 0.8}]
    proof = {"checks": checks, "interpreters": {"tflite_runtime.interpreter": "ran"}}
    path = tmp_path / "model.tflite"
    path.write_bytes(pack(flatbuffer, replace(manifest, proof={**proof, "passed": True})))
    assert main(["info", str(path)]) == 0
    told = "proven     3.1% from the float original at most"
    assert f"{told}, run by tflite_runtime\n" in capsys.readouterr().out
    path.write_bytes(pack(flatbuffer, replace(manifest, proof={**proof, "passed": False})))
    assert main(["info", str(path)]) == 0
    assert "proven     NO: 3.1%" in capsys.readouterr().out


def test_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "grid-s1", "--json"]) == 0
    card = json.loads(capsys.readouterr().out)
    assert card["intact"] and card["bytes"] == shipped_model("grid-s1").stat().st_size
    assert card["manifest"]["name"] == "grid-s1" and len(card["manifest"]["words"]) == 51
    stack = card["signatures"]["encode"]["inputs"]["stack"]
    assert stack["dtype"] == "int8" and len(stack["scale"]) == 1
    assert card["targets"] == {"litert": [], "tflite-runtime": [], "edgetpu": []}


def test_what_a_model_learned_from(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest, flatbuffer = unpack(shipped_model("grid-s1").read_bytes())
    start = {"name": "before", "sha256": "0f" * 32}
    for training, told in (
        ({"clips": 725, "rendered": 0}, "from 725 clips"),
        ({"clips": 725, "rendered": 400}, "from 725 clips and 400 of rendered people"),
        (
            {"clips": 9, "rendered": 0, "started_from": start},
            f"from 9 clips on top of before (SHA-256 {'0f' * 32})",
        ),
    ):
        path = tmp_path / "model.tflite"
        path.write_bytes(pack(flatbuffer, replace(manifest, training=training)))
        assert main(["info", str(path)]) == 0
        assert f"learned    {told}\n" in capsys.readouterr().out


def test_labels_and_a_proof(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from support import tiny_model

    pytest.importorskip("tensorflow", reason="the model is converted here")
    manifest, flatbuffer = unpack(tiny_model.converted("label").read_bytes())
    path = tmp_path / "label.tflite"
    path.write_bytes(pack(flatbuffer, replace(manifest, proof={"passed": True})))
    assert main(["info", str(path)]) == 0
    assert "one of 3 labels: Begin, Excuse me, I am sorry" in capsys.readouterr().out
    assert unpack(path.read_bytes())[0].proof == {"passed": True}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "No such file"),
        (b"", "not a model file"),
        (b"\x89HDF\r\n\x1a\n" * 20, "not a model file"),
        (b"<!DOCTYPE html>" * 20, "not a model file"),
    ],
)
def test_what_is_no_model_gets_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, words: str
) -> None:
    path = tmp_path / "model.tflite"
    if content is not None:
        path.write_bytes(content)
    assert main(["info", str(path)]) == 1
    told = capsys.readouterr().err.strip()
    assert words in told and str(path) in told and "\n" not in told


def test_a_foreign_tflite_and_a_damaged_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = shipped_model("grid-s1").read_bytes()
    _, flatbuffer = unpack(content)
    path = tmp_path / "model.tflite"
    path.write_bytes(flatbuffer)
    assert main(["info", str(path)]) == 1
    assert "without a manifest" in capsys.readouterr().err
    changed = bytearray(content)
    changed[1000] ^= 1
    path.write_bytes(changed)
    assert main(["info", str(path)]) == 1
    assert "SHA-256" in capsys.readouterr().err


def test_it_needs_neither_tensorflow_nor_an_interpreter() -> None:
    code = (
        "import sys\n"
        "from edge_lip.cli.main import main\n"
        "assert main(['info']) == 0\n"
        "print(*sys.modules, file=sys.stderr)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 0
    loaded = {name.partition(".")[0] for name in run.stderr.split()}
    assert not loaded & {"tensorflow", "keras", "flatbuffers", "ai_edge_litert", "tflite_runtime"}
