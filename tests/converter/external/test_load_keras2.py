"""Files of Keras 2, as TensorFlow up to 2.15 wrote them, in Keras 3."""

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from support import foreign_models
from support.foreign_models import LABELS

from converter.external.load import load_described
from converter.external.whole import Whole
from edge_lip.errors import ModelError
from training.trained.trained import Trained

pytest.importorskip("tensorflow", reason="Keras models need TensorFlow")


def example(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """A clip, and what Keras 2 made of it."""
    with h5py.File(path) as file:
        return file["input"][()], file["output"][()]


def softmax(logits: Any) -> np.ndarray:
    powers = np.exp(np.asarray(logits))
    shares: np.ndarray = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def change(path: Path, old: str, new: str) -> None:
    """Change the text of the network's config."""
    with h5py.File(path, "r+") as file:
        text = file.attrs["model_config"]
        assert old in text
        file.attrs["model_config"] = text.replace(old, new)


def refusal(path: Path) -> str:
    with pytest.raises(ModelError) as caught:
        load_described(path, LABELS)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)
    return str(caught.value)


def test_weights_move_exactly_and_the_network_is_parted(tmp_path: Path) -> None:
    path = foreign_models.keras2("split", tmp_path)
    clip, expected = example(path)
    trained = load_described(path, LABELS)
    assert isinstance(trained, Trained) and trained.manifest.name == "split"
    features = np.asarray(trained.encode(clip[0]))
    assert features.shape == (6, 5)
    found = softmax(trained.decode(features[np.newaxis])["labels"])
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_the_newer_format_of_keras_2(tmp_path: Path) -> None:
    clip, expected = example(foreign_models.keras2("split", tmp_path))
    trained = load_described(foreign_models.keras2("split", tmp_path, ".keras"), LABELS)
    assert isinstance(trained, Trained)
    features = np.asarray(trained.encode(clip[0]))
    found = softmax(trained.decode(features[np.newaxis])["labels"])
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_keras_1_is_told(tmp_path: Path) -> None:
    path = foreign_models.keras2("split", tmp_path)
    with h5py.File(path, "r+") as file:
        file.attrs["keras_version"] = "1.2.2"
    assert "written by Keras 1.2.2" in refusal(path) and "load it with Keras 2.2" in refusal(path)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"units": 5,', '"units": 5, "gates": 3,', r"'dense' \(Dense\) has gates=3"),
        ('"activation": "relu"', '"activation": "mine"', r"\(Dense\) has the activation 'mine'"),
    ],
)
def test_the_layer_and_the_argument_are_named(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    path = foreign_models.keras2("split", tmp_path)
    change(path, old, new)
    with pytest.raises(ModelError, match=words):
        load_described(path, LABELS)


def test_a_sequential_network_moves_too(tmp_path: Path) -> None:
    path = foreign_models.keras2("whole", tmp_path)
    clip, expected = example(path)
    trained = load_described(path, foreign_models.LETTERS)
    assert isinstance(trained, Whole)
    found = softmax(trained.window(clip)["logits"])
    np.testing.assert_allclose(found, np.roll(expected, 1, axis=-1), atol=1e-6)


def test_older_ways_to_write_a_config(tmp_path: Path) -> None:
    """Keras 2.2: no InputLayer in a Sequential, whose config is a list."""
    path = foreign_models.keras2("whole", tmp_path)
    with h5py.File(path, "r+") as file:
        config = json.loads(file.attrs["model_config"])
        layers = config["config"]["layers"][1:]
        layers[0]["config"]["batch_input_shape"] = [None, 6, 8, 12, 1]
        file.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": layers})
    clip, expected = example(path)
    trained = load_described(path, foreign_models.LETTERS)
    assert isinstance(trained, Whole)
    found = softmax(trained.window(clip)["logits"])
    np.testing.assert_allclose(found, np.roll(expected, 1, axis=-1), atol=1e-6)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"class_name": "GRU"', '"class_name": "CuDNNGRU"', r"'gru.*' \(CuDNNGRU\).*reset_after"),
        ('"class_name": "Dropout"', '"class_name": "Lambda"', r"\(Lambda\).*layer of Keras"),
        ('"class_name": "ReLU"', '"class_name": "MyBlock"', r"\(MyBlock\).*no such layer"),
        ('"time_major": false', '"time_major": true', "'lstm.*time_major=False"),
        ('"ragged": false', '"ragged": true', "ragged.*dense"),
        ('"filters": 3', '"filters": 4', "Keras can't load"),
        ('"config": {"name": "split"', '"konfig": {"name": "split"', "not described"),
    ],
)
def test_what_keras_3_does_not_have(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = foreign_models.keras2("split", tmp_path)
    change(path, old, new)
    with pytest.raises(ModelError, match=words):
        load_described(path, LABELS)


def test_weights_in_another_order_are_told(tmp_path: Path) -> None:
    path = foreign_models.keras2("split", tmp_path)
    with h5py.File(path, "r+") as file:
        layer = file["model_weights/time_distributed"]
        names = list(layer.attrs["weight_names"])
        (mean,) = (at for at, name in enumerate(names) if "moving_mean" in str(name))
        (variance,) = (at for at, name in enumerate(names) if "moving_variance" in str(name))
        names[mean], names[variance] = names[variance], names[mean]
        layer.attrs["weight_names"] = names
    assert "moving_variance, moving_mean" in refusal(path)


def test_weights_alone_are_not_enough(tmp_path: Path) -> None:
    path = foreign_models.keras2("split", tmp_path)
    with h5py.File(path, "r+") as file:
        del file.attrs["model_config"]
    assert "weights without a network: save the whole model" in refusal(path)
    with h5py.File(path, "r+") as file:
        file.move("model_weights", "optimizer_weights")
    assert "optimizer" in refusal(path)
