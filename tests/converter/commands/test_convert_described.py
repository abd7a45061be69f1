"""The command, given what others trained."""

from pathlib import Path

import numpy as np
import pytest
from support import foreign_models

from edge_lip.cli.main import main
from edge_lip.model.file import Model, open_model
from edge_lip.model.window import WindowModel

pytest.importorskip("tensorflow", reason="conversion needs TensorFlow")

TOML = """
task = "label"
labels = ["Begin", "Stop", "Web"]
pixels = "0..1"
fps = 25
"""


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    """Of a conversion of a genuine file of Keras 2 with its description."""
    description = tmp_path / "model.toml"
    description.write_text(TOML)
    source = foreign_models.keras2("split", tmp_path)
    return ["convert", str(source), "--describe", str(description)]


@pytest.mark.parametrize(
    ("settings", "kind"), [([], Model), (["--set", "window.fit=pad"], WindowModel)]
)
def test_halves_and_windows(
    tmp_path: Path, arguments: list[str], settings: list[str], kind: type
) -> None:
    target = tmp_path / "model.tflite"
    more = [*settings, "--quantize", "dynamic", "--out", str(target)]
    assert main([*arguments, *more]) == 0
    model = open_model(target)
    assert isinstance(model, kind) and model.manifest.pixels == "0..1"
    assert model.manifest.labels == ("Begin", "Stop", "Web")


def test_the_default_needs_to_see_crops(
    tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "model.tflite"
    assert main([*arguments, "--out", str(target)]) == 1
    (line,) = capsys.readouterr().err.strip().splitlines()[-1:]
    assert "--calibrate DATA" in line and "--quantize dynamic" in line
    assert not target.exists()


def test_without_a_description(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments[:2]) == 1
    assert "--describe MODEL.toml" in capsys.readouterr().err


@pytest.mark.parametrize("mode", ["float16", "int8"])
def test_lipnet(tmp_path: Path, mode: str) -> None:
    """In small, weights random: TFLite has no pooling over clips, nor a convolution in int8."""
    source, target = tmp_path / "lipnet.h5", tmp_path / "lipnet.tflite"
    foreign_models.lipnet().save(source)
    clips = tmp_path / "clips.npy"
    np.save(clips, np.random.default_rng(0).random((20, 6, 16, 24, 1), np.float32))
    said = ['task="sentence"', 'tokens=["a", "b", " "]', "fps=25", 'pixels="0..1"']
    settings = [word for one in said for word in ("--set", one)]
    arguments = ["convert", str(source), "--quantize", mode, "--calibrate", str(clips)]
    assert main([*arguments, *settings]) == 0
    model = open_model(target)
    assert isinstance(model, WindowModel) and model.manifest.proof["passed"]
    cost = model.manifest.proof["signatures"]["window"]
    # An LSTM as one operator has tensors of no size, which lie outside the arena.
    assert mode == "float16" or cost["peak_bytes"] <= cost["arena_bytes"] < 1e6


def test_evaluated_on_labelled_clips(
    tmp_path: Path,
    arguments: list[str],
    grid: Path,
    face_models: object,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Before and after, and by `edge-lip evaluate`; nobody said which clips it was trained on."""
    clips = sorted((grid / "s1").glob("*.mp4"))[:2]
    rows = [f"{clip},{label}" for clip, label in zip(clips, ("Begin", "Web"), strict=True)]
    (tmp_path / "labels.csv").write_text("\n".join(["clip,label", *rows]))
    target = tmp_path / "model.tflite"
    more = ["--quantize", "dynamic", "--evaluate", str(tmp_path), "--out", str(target)]
    assert main([*arguments, *more]) == 0
    assert "on 2 clips (all): the same text on" in capsys.readouterr().out
    found = open_model(target).manifest.proof["evaluation"]
    assert found["clips"] == 2 and 0 <= found["file"]["top1"] <= 1
    assert main(["evaluate", str(target), "--data", str(tmp_path)]) == 0
    assert "all, quantized, label: " in capsys.readouterr().out
