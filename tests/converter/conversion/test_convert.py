"""From a trained model to the file a device opens."""

import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import tiny_model

from converter.conversion import convert as conductor
from converter.conversion.options import Options
from edge_lip.cli.main import main
from edge_lip.errors import ModelError
from edge_lip.model.file import open_model

pytest.importorskip("tensorflow", reason="conversion needs TensorFlow")


def test_same_input_same_bytes(tmp_path: Path) -> None:
    again = tmp_path / "again.tflite"
    report = conductor.convert(tiny_model.trained(), again)
    assert again.read_bytes() == tiny_model.converted().read_bytes()
    assert report.target == again and report.size == again.stat().st_size
    assert set(report.parts) == {"encode", "decode"} and report.stacks == 20
    assert all(check.cosine > 0.99 and check.relative_error < 0.1 for check in report.checks)
    assert {"encode", "logits, decode, 120 frames"} <= {check.name for check in report.checks}


def test_against_keras() -> None:
    encode, decode = tiny_model.halves()
    model = open_model(tiny_model.converted())
    stacks = tiny_model.stacks()
    expected = np.asarray(encode(stacks))
    found = np.stack([model.encode({"stack": stack}) for stack in stacks])
    assert np.linalg.norm(found - expected) < 0.1 * np.linalg.norm(expected)
    for length in (40, 75, 120):
        features = tiny_model.features(length)
        logits = np.array(decode(features[np.newaxis])["logits"])[0]
        logits -= np.log(np.exp(logits).sum(axis=-1, keepdims=True))
        tokens = model.decode(features).tokens
        assert tokens is not None
        np.testing.assert_allclose(tokens, logits, atol=0.05)


def test_the_whole_range_of_crops_fits_the_input() -> None:
    """Calibration stacks that stay within ±1 do not clip crops at ±1."""
    model = open_model(tiny_model.converted())
    tensor = model._encode.inputs["stack"]  # type: ignore[attr-defined]
    extremes = np.array([-3, 3], np.float32)
    np.testing.assert_allclose(tensor.load(tensor.store(extremes)), extremes, atol=0.03)


def crash(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def differ(*_: Any) -> None:
    raise ModelError("the converted model does not compute what the original does")


@pytest.mark.parametrize(("job", "words"), [(crash, "crashed"), (differ, "original")])
def test_no_file_without_success(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, job: Any, words: str
) -> None:
    monkeypatch.setattr(conductor, "build", job)
    with pytest.raises(ModelError, match=words):
        conductor.convert(tiny_model.trained(), tmp_path / "model.tflite")
    assert not list(tmp_path.iterdir())


def test_calibration_is_needed(tmp_path: Path) -> None:
    source = tiny_model.save(tmp_path / "model.h5", calibration=False)
    target = tmp_path / "model.tflite"
    with pytest.raises(ModelError, match="int8 needs: .*--calibrate DATA"):
        conductor.build(source, target, Options())
    with pytest.raises(ModelError, match="the model takes"):
        conductor.build(source, target, Options(calibration=np.zeros((2, 3, 3, 5), np.float32)))
    report = conductor.build(source, target, Options(calibration=tiny_model.stacks(5)))
    assert report.stacks == 5 and open_model(target).manifest.name == "tiny"


def test_another_network_is_found_out() -> None:
    from converter.verification.outputs import verify

    encode, decode = tiny_model.halves()
    with pytest.raises(ModelError, match="does not compute"):
        stacks = {"stack": tiny_model.stacks()}
        verify(tiny_model.converted(), lambda stacks: -encode(stacks), decode, stacks)


def test_a_label_model_converts_and_is_compared_like_a_sentence_model(tmp_path: Path) -> None:
    target = tmp_path / "label.tflite"
    report = conductor.build(tiny_model.trained("label"), target, Options())
    names = {check.name for check in report.checks}
    assert {"encode", "labels, decode, 10 frames", "labels, decode, 120 frames"} <= names
    assert "labels, both, 75 frames" in names and not any("logits" in name for name in names)
    assert all(check.cosine > 0.99 for check in report.checks)
    assert open_model(target).manifest.labels == tiny_model.LABEL_MANIFEST.labels


def test_labels_in_another_order_are_found_out() -> None:
    from converter.verification.outputs import verify

    encode, decode = tiny_model.halves("label")

    def turned(features: np.ndarray) -> dict[str, np.ndarray]:
        return {"labels": np.roll(decode(features)["labels"], 1, axis=-1)}

    with pytest.raises(ModelError, match="does not compute .*labels, decode, 10 frames"):
        verify(tiny_model.converted("label"), encode, turned, {"stack": tiny_model.stacks()})


def test_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conductor, "in_child", lambda job, *arguments, **_: job(*arguments))
    target, stacks = tmp_path / "model.tflite", tmp_path / "stacks.npz"
    np.savez(stacks, stacks=tiny_model.stacks(8))
    arguments = [str(tiny_model.trained()), "--out", str(target), "--calibrate", str(stacks)]
    assert main(["convert", *arguments]) == 0
    assert open_model(target).manifest.name == "tiny"
    printed = capsys.readouterr().out
    assert str(target) in printed and "8 stacks" in printed and "both, 75 frames" in printed


def test_the_old_spelling_of_out_means_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def convert(*job: object) -> None:
        asked.append(job)
        raise ModelError("asked, and no more")

    monkeypatch.setattr(conductor, "convert", convert)
    call, target = ["convert", str(tiny_model.trained())], str(tmp_path / "model.tflite")
    line = "edge-lip: --output is the old spelling: --out FILE"
    told = []
    for option in ("--out", "-o", "--output"):
        assert main([*call, option, target]) == 1
        told.append(line in capsys.readouterr().err.splitlines())
    assert told == [False, False, True]
    assert asked[0] == asked[1] == asked[2]
    assert main([*call, "--out", target, "--output", target]) == 2
    assert "give one of them" in capsys.readouterr().err and len(asked) == 3


def test_without_tensorflow(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stub = tmp_path / "stub" / "keras"
    stub.mkdir(parents=True)
    (stub / "__init__.py").write_text("raise ModuleNotFoundError('no keras', name='keras')\n")
    monkeypatch.syspath_prepend(str(stub.parent))
    target = tmp_path / "model.tflite"
    assert main(["convert", str(tiny_model.trained()), "--out", str(target)]) == 1
    assert "pip install 'edge-lip[train]'" in capsys.readouterr().err
    assert not target.exists()


def test_full_int8_of_a_short_word(tmp_path: Path) -> None:
    """What is averaged over few frames is larger than over many: calibration has to see both."""
    source = tiny_model.trained("label")
    report = conductor.build(source, tmp_path / "label.tflite", Options(quantization="int8"))
    errors = {check.name: check.relative_error for check in report.checks}
    assert errors["labels, decode, 10 frames"] < 0.05
