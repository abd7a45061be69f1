"""What somebody else's network gives, and how sure a device is of it: three cases."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from support.foreign_models import FRAMES, HEIGHT, LABELS, LETTERS, WIDTH

from converter.external.description import Description
from converter.external.foreign import make_foreign
from converter.external.whole import Whole
from edge_lip.errors import ModelError
from edge_lip.text.decoding import make_decoder
from edge_lip.text.tasks import TASKS

keras: Any = pytest.importorskip("keras", reason="networks need Keras")

CLIP = np.random.default_rng(1).random((1, FRAMES, HEIGHT, WIDTH, 1), np.float32)


def network(*last: Any, each_frame: bool = False) -> Any:
    """Three labels, or five letters for each frame, before the layers `last`."""
    from keras import layers

    keras.utils.set_random_seed(0)
    entry = keras.Input((FRAMES, HEIGHT, WIDTH, 1))
    x = layers.Conv3D(2, (1, 8, 12))(entry)
    x = layers.Reshape((FRAMES, 2))(x) if each_frame else layers.Flatten()(x)
    x = layers.Dense(5 if each_frame else 3)(x)
    for layer in last:
        x = layer(x)
    return keras.Model(entry, x)


def read(model: Any, said: Description = LABELS) -> dict[str, float]:
    """The confidence of each label on a device."""
    from training.trained.float import FloatWindow

    whole = make_foreign(model, said)
    assert isinstance(whole, Whole)
    device = FloatWindow(whole.manifest, whole.window)
    manifest = device.manifest
    decoder = make_decoder(TASKS["label"], manifest.decoding, manifest.classes)
    return {one.text: one.confidence for one in decoder(device.decode(CLIP[0])).choices}


def expected(values: np.ndarray) -> dict[str, float]:
    return dict(zip(LABELS.labels, values[0].tolist(), strict=True))


def layers_of(name: str) -> tuple[Any, ...]:
    from keras import layers

    return {
        "activation": (layers.Activation("sigmoid"),),
        "dense": (layers.Dense(3, activation="sigmoid"),),
        "hard": (layers.Activation("hard_sigmoid"),),
        "hidden": (layers.Activation("sigmoid"), layers.Reshape((3,))),
    }[name]


@pytest.mark.parametrize("name", ["activation", "dense", "hard", "hidden"])
def test_sigmoids_are_what_they_say(name: str) -> None:
    model = network(*layers_of(name))
    values = np.asarray(model(CLIP))
    assert read(model) == pytest.approx(expected(values), abs=1e-5)


def test_a_softmax_and_logits() -> None:
    from keras import layers

    shares = np.asarray(network(layers.Softmax())(CLIP))
    assert read(network(layers.Softmax())) == pytest.approx(expected(shares), abs=1e-5)
    assert read(network()) == pytest.approx(expected(shares), abs=1e-5)


def test_what_is_said_of_logits() -> None:
    from keras import layers

    sigmoids = np.asarray(network(layers.Activation("sigmoid"))(CLIP))
    said = replace(LABELS, activation="sigmoid")
    assert read(network(), said) == pytest.approx(expected(sigmoids), abs=1e-5)
    with pytest.raises(ModelError, match="says activation sigmoid, the network ends in a softmax"):
        read(network(layers.Softmax()), said)


def test_windows_of_sigmoids_are_averaged() -> None:
    task = TASKS["label"]
    whole = make_foreign(network(*layers_of("dense")), LABELS)
    from edge_lip.text.logits import to_logits

    decoding = whole.manifest.decoding
    parts = [
        to_logits({"labels": np.array([[2.0, -1.0, row]], np.float32)}, decoding.activation)
        for row in (-2.0, 2.0)
    ]
    joined = task.join(parts, [0, 6], 12, decoding).labels
    assert joined is not None and np.exp(joined[0]) == pytest.approx(1 / (1 + np.exp(-2.0)))


def test_letters_by_sigmoids_are_shares_as_for_ctc_in_keras() -> None:
    from keras import layers

    model = network(layers.Activation("sigmoid"), each_frame=True)
    values = np.roll(np.asarray(model(CLIP)), 1, axis=-1)
    whole = make_foreign(model, LETTERS)
    assert isinstance(whole, Whole) and whole.manifest.decoding.activation == "softmax"
    found = np.exp(np.asarray(whole.window(CLIP)["logits"]))
    found /= found.sum(axis=-1, keepdims=True)
    np.testing.assert_allclose(found, values / values.sum(axis=-1, keepdims=True), atol=1e-5)


def test_a_softmax_over_the_frames_is_told() -> None:
    from keras import layers

    with pytest.raises(ModelError, match="not over its classes"):
        make_foreign(network(layers.Softmax(axis=1), each_frame=True), LETTERS)
