"""The model file: what is wrong with one is found before an interpreter sees it."""

import dataclasses
import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import tiny_model
from support.tiny_model import FEATURES, FRAMES, HEIGHT, LABEL_MANIFEST, MANIFEST, WIDTH

from edge_lip.errors import ModelError
from edge_lip.model import file
from edge_lip.model.file import Model, open_model
from edge_lip.model.manifest import Quantization
from edge_lip.model.shipped import shipped_model
from edge_lip.mouth.geometry import CropGeometry
from edge_lip.runtime.interpreter import open_interpreter
from edge_lip.text.logits import log_softmax

FLATBUFFER = b"\x1c\0\0\0TFL3" + bytes(range(256)) * 8
WITH_QUANTIZATION = dataclasses.replace(MANIFEST, quantization=Quantization("int8", "dynamic"))
CONTENT = file.pack(FLATBUFFER, WITH_QUANTIZATION)
LABEL_CONTENT = file.pack(
    FLATBUFFER, dataclasses.replace(LABEL_MANIFEST, quantization=Quantization("int8", "dynamic"))
)


@pytest.fixture
def no_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        pytest.fail("an interpreter was opened on a file that is not in order")

    monkeypatch.setattr(file, "open_interpreter", refuse)


@pytest.fixture
def model() -> Model:
    pytest.importorskip("tensorflow", reason="the tiny model is converted by TensorFlow")
    opened = open_model(tiny_model.converted())
    assert isinstance(opened, Model)
    return opened


@pytest.fixture
def label_model() -> Model:
    pytest.importorskip("tensorflow", reason="the tiny model is converted by TensorFlow")
    opened = open_model(tiny_model.converted("label"))
    assert isinstance(opened, Model)
    return opened


def refusal(path: Path) -> str:
    """What opening `path` is refused with."""
    with pytest.raises(ModelError) as caught:
        open_model(path)
    message = str(caught.value)
    assert str(path) in message and "\n" not in message
    return message


def rebuilt(files: dict[str, bytes], flatbuffer: bytes = FLATBUFFER) -> bytes:
    """A model file with these files in its archive."""
    content = io.BytesIO(flatbuffer)
    with zipfile.ZipFile(content, "a") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def unpacked(content: bytes = CONTENT) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_what_is_packed_is_unpacked() -> None:
    manifest, flatbuffer = file.unpack(CONTENT)
    assert flatbuffer == FLATBUFFER
    assert manifest.tokens == MANIFEST.tokens and manifest.words == MANIFEST.words
    assert manifest.flatbuffer and manifest.flatbuffer.bytes == len(FLATBUFFER)
    assert set(manifest.files) == {"tokens.txt", "words.txt"}
    plain = dataclasses.replace(manifest, flatbuffer=None, files={})
    assert plain == WITH_QUANTIZATION


def test_same_bytes_every_time() -> None:
    assert file.pack(FLATBUFFER, WITH_QUANTIZATION) == CONTENT


def test_labels_are_a_file_of_their_own() -> None:
    manifest, _ = file.unpack(LABEL_CONTENT)
    assert manifest.labels == LABEL_MANIFEST.labels and not manifest.tokens + manifest.words
    files = unpacked(LABEL_CONTENT)
    assert set(files) == {"manifest.json", "labels.txt"} and set(manifest.files) == {"labels.txt"}
    assert files["labels.txt"] == b"Begin\nExcuse me\nI am sorry\n"
    assert "labels" not in json.loads(files["manifest.json"])


def test_a_model_from_before_there_were_labels_stays_the_file_it_was() -> None:
    content = shipped_model().read_bytes()
    manifest, flatbuffer = file.unpack(content)
    assert manifest.labels == () and manifest.decoding.threshold == 0
    assert file.pack(flatbuffer, manifest) == content


def test_any_zip_tool_reads_the_archive(tmp_path: Path) -> None:
    path = tmp_path / "model.tflite"
    path.write_bytes(CONTENT)
    unzip = shutil.which("unzip")
    if unzip is None:
        pytest.skip("unzip is not installed")
    listing = subprocess.run([unzip, "-l", path], capture_output=True, text=True, check=True).stdout
    assert all(name in listing for name in ("manifest.json", "tokens.txt", "words.txt"))
    tokens = subprocess.run([unzip, "-p", path, "tokens.txt"], capture_output=True, check=True)
    assert tokens.stdout == b"\na\nb\n \n"


@pytest.mark.usefixtures("no_interpreter")
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a model"),
        (b"<!DOCTYPE html><html></html>", "not a model"),
        (b"version https://git-lfs.github.com/spec/v1\n", "not a model"),
        (FLATBUFFER, "without a manifest"),
        (CONTENT[:-30], "truncated"),
        (CONTENT[: len(FLATBUFFER) // 2], "truncated"),
        (rebuilt({"labels.txt": b"a\n"}), "without a manifest.json"),
        (rebuilt({"manifest.json": b"{}"}), "format"),
        (rebuilt({"manifest.json": b'{"format": 9}'}), "newer"),
        (rebuilt(unpacked(), FLATBUFFER + b"\0"), "instead of"),
        (rebuilt(unpacked(), FLATBUFFER[:-1] + b"\0"), "SHA-256"),
        (rebuilt(unpacked() | {"tokens.txt": b"\nb\na\n \n"}), "SHA-256"),
        (rebuilt(unpacked() | {"more.txt": b""}), "SHA-256"),
        (rebuilt({"manifest.json": unpacked()["manifest.json"]}), "tokens.txt"),
        (rebuilt({"manifest.json": unpacked(LABEL_CONTENT)["manifest.json"]}), "labels.txt"),
        (rebuilt(unpacked(LABEL_CONTENT) | {"labels.txt": b"Web\nStop\n"}), "SHA-256"),
        (rebuilt(unpacked() | {"labels.txt": b"Web\nStop\n"}), "labels"),
        (rebuilt({"manifest.json": b'{"format": 1, "files": null}'}), "name is missing"),
        (b"\0\0\0\0" + CONTENT, "not a model"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "model.tflite"
    path.write_bytes(content)
    assert words in refusal(path)


@pytest.mark.usefixtures("no_interpreter")
def test_missing_files_and_folders(tmp_path: Path) -> None:
    assert "No such file" in refusal(tmp_path / "none.tflite")
    assert "directory" in refusal(tmp_path)


def test_no_damage_goes_unnoticed() -> None:
    """A changed byte is an error, or is in the archive's bookkeeping and changes nothing."""
    random = np.random.default_rng(0)
    for place in random.integers(0, len(CONTENT), 400):
        damaged = bytearray(CONTENT)
        damaged[place] ^= int(random.integers(1, 256))
        try:
            found = file.unpack(bytes(damaged))
        except ModelError:
            continue
        assert found == file.unpack(CONTENT)


def test_no_truncation_goes_unnoticed() -> None:
    for size in range(0, len(CONTENT), 37):
        with pytest.raises(ModelError):
            file.unpack(CONTENT[:size])


def test_encode_and_decode(model: Model) -> None:
    features = np.stack([model.encode({"stack": stack}) for stack in tiny_model.stacks(4)])
    assert features.shape == (4, FEATURES) and features.dtype == np.float32
    for length in (1, 4, 40):
        logits = model.decode(np.resize(features, (length, FEATURES)))
        assert logits.tokens is not None and logits.words is not None and logits.labels is None
        assert logits.tokens.shape == (length, 4) and logits.words.shape == (length, 3)
        for array in (logits.tokens, logits.words):
            assert array.dtype == np.float32
            np.testing.assert_allclose(np.exp(array).sum(axis=-1), 1, rtol=1e-5)


def test_labels_of_utterances_of_any_length(label_model: Model) -> None:
    _, decode = tiny_model.halves("label")
    for length in (1, 5, 12, 40, 120):
        features = tiny_model.features(length)
        logits = label_model.decode(features)
        assert logits.tokens is None and logits.words is None and logits.labels is not None
        assert logits.labels.shape == (3,) and logits.labels.dtype == np.float32
        expected = log_softmax(np.array(decode(features[np.newaxis])["labels"])[0])
        np.testing.assert_allclose(logits.labels, expected, atol=0.02)


def test_an_utterance_does_not_depend_on_the_one_before(model: Model) -> None:
    features = tiny_model.features(30)
    first = model.decode(features).tokens
    model.decode(tiny_model.features(12))
    np.testing.assert_array_equal(model.decode(features).tokens, first)


def test_a_long_utterance_goes_through_in_pieces(model: Model) -> None:
    features = tiny_model.features(450)
    parts = features, features[:200], features[-200:]
    whole, first, last = (model.decode(part) for part in parts)
    for name, logits in whole.outputs.items():
        assert len(logits) == 450
        np.testing.assert_array_equal(logits[:150], first.outputs[name][:150])
        np.testing.assert_array_equal(logits[-125:], last.outputs[name][-125:])


def test_results_are_the_callers_own(model: Model) -> None:
    stacks = tiny_model.stacks(2)
    first = model.encode({"stack": stacks[0]})
    kept = first.copy()
    model.encode({"stack": stacks[1]})
    np.testing.assert_array_equal(first, kept)


def test_wrong_shapes_are_refused_and_forgotten(model: Model) -> None:
    with pytest.raises(ModelError, match="a stack of"):
        model.encode({"stack": np.zeros((HEIGHT, WIDTH, FRAMES - 1), np.float32)})
    for shape in ((0, FEATURES), (3, FEATURES + 1), (FEATURES,)):
        with pytest.raises(ModelError, match="features"):
            model.decode(np.zeros(shape, np.float32))
    tokens = model.decode(tiny_model.features(3)).tokens
    assert tokens is not None and tokens.shape == (3, 4)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"crop": CropGeometry(WIDTH, HEIGHT + 1)}, "stack"),
        ({"crop": CropGeometry(WIDTH, HEIGHT, depth=True)}, "stack"),
        ({"tokens": ("", "a")}, "logits (T, 2)"),
        ({"words": ("ab",)}, "words (T, 2)"),
    ],
)
def test_a_manifest_of_another_network_is_refused(
    model: Model, tmp_path: Path, change: dict[str, Any], words: str
) -> None:
    _, flatbuffer = file.unpack(tiny_model.converted().read_bytes())
    path = tmp_path / "model.tflite"
    path.write_bytes(file.pack(flatbuffer, dataclasses.replace(model.manifest, **change)))
    assert f"says {words}" in refusal(path)


@pytest.mark.parametrize(
    ("task", "other", "words"),
    [
        ("label", {"labels": ("Begin", "Excuse me")}, "says labels"),
        ("label", {"task": "sentence"}, "no tensor 'logits'"),
        ("sentence", {"task": "label"}, "no tensor 'labels'"),
    ],
)
def test_labels_of_another_network_are_refused(
    model: Model, label_model: Model, tmp_path: Path, task: str, other: dict[str, Any], words: str
) -> None:
    _, flatbuffer = file.unpack(tiny_model.converted(task).read_bytes())
    manifest = {"label": label_model, "sentence": model}[other.pop("task", task)].manifest
    path = tmp_path / "model.tflite"
    path.write_bytes(file.pack(flatbuffer, dataclasses.replace(manifest, **other)))
    assert words in refusal(path)


def test_manifest_says_what_was_done(model: Model) -> None:
    assert model.manifest.quantization == Quantization("int8", "dynamic")
    with zipfile.ZipFile(tiny_model.converted()) as archive:
        stored = json.loads(archive.read("manifest.json"))
    assert stored["training"] == dict(MANIFEST.training) and "tokens" not in stored


def test_any_interpreter_opens_the_very_file(model: Model) -> None:
    interpreter = open_interpreter(tiny_model.converted())
    assert set(interpreter.signatures) == {"encode", "decode"}
    features = tiny_model.features(9)
    logits = interpreter.signature("decode")(features=features[np.newaxis])["logits"][0]
    np.testing.assert_array_equal(log_softmax(logits), model.decode(features).tokens)
