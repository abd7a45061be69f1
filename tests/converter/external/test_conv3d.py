"""Layers over clips, computed over pictures."""

from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras", reason="the networks are Keras'")
from keras import layers  # noqa: E402

from converter.external.conv3d import planar  # noqa: E402

CLIP = (7, 9, 12, 2)


def network(*stages: Any) -> Any:
    keras.utils.set_random_seed(0)
    x = entry = keras.Input(CLIP)
    for stage in stages:
        x = stage(x)
    return keras.Model(entry, x)


def example() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(1, *CLIP)).astype(np.float32)


def kinds(model: Any) -> set[str]:
    return {type(layer).__name__ for layer in model.layers}


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize(
    "stage",
    [
        lambda padding: layers.Conv3D(3, (3, 5, 5), (1, 2, 2), padding, activation="relu"),
        lambda padding: layers.Conv3D(3, (2, 3, 1), (3, 1, 2), padding, use_bias=False),
        lambda padding: layers.Conv3D(3, (4, 1, 3), padding=padding),
        lambda padding: layers.Conv3D(3, 3, padding=padding, dilation_rate=(2, 1, 3)),
        lambda padding: layers.MaxPooling3D((1, 2, 2), padding=padding),
        lambda padding: layers.MaxPooling3D((3, 2, 2), (2, 1, 2), padding),
        lambda padding: layers.AveragePooling3D((2, 3, 3), (1, 2, 2), padding),
        lambda padding: layers.TimeDistributed(layers.Conv2D(3, 3, padding=padding)),
    ],
)
def test_the_same_numbers(stage: Any, padding: str) -> None:
    original = network(stage(padding))
    given = example()
    found = planar(original, given)
    assert not kinds(found) & kinds(original) - {"InputLayer"}
    assert [one.name for one in found.layers[1:]] == [one.name for one in original.layers[1:]]
    expected = np.asarray(original(given))
    np.testing.assert_allclose(np.asarray(found(given)), expected, atol=1e-5)
    assert found.output_shape == original.output_shape


@pytest.mark.parametrize(
    "model",
    [
        lambda: network(layers.Conv3D(4, 3, groups=2)),
        lambda: network(layers.GlobalMaxPooling3D()),
    ],
)
def test_what_stays_as_it_is(model: Any) -> None:
    original = model()
    assert planar(original, example()) is original


def test_layers_of_nested_networks() -> None:
    inner = network(layers.Conv3D(3, 3), layers.MaxPooling3D())
    original = network(inner, layers.Flatten())
    given = example()
    found = planar(original, given)
    nested = next(one for one in found.layers if isinstance(one, keras.Model))
    assert not kinds(nested) & {"Conv3D", "MaxPooling3D"}
    np.testing.assert_allclose(np.asarray(found(given)), np.asarray(original(given)), atol=1e-5)


def test_masked_frames_stay_masked() -> None:
    """A clip of zeros at the end, as `Masking` knows them."""
    dense = layers.TimeDistributed(layers.Dense(4, use_bias=False))
    flatten = layers.TimeDistributed(layers.Flatten())
    original = network(flatten, layers.Masking(), dense, layers.LSTM(3))
    given = example()
    given[:, 4:] = 0
    found = planar(original, given)
    np.testing.assert_allclose(np.asarray(found(given)), np.asarray(original(given)), atol=1e-5)
    masked = network(flatten, dense, layers.LSTM(3))
    masked.set_weights(original.get_weights())
    assert not np.allclose(np.asarray(masked(given)), np.asarray(original(given)))
