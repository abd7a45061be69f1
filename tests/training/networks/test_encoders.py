"""Frozen backbones: their weights, what they make of a crop, and the head that learns from it."""

import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
from support.small_training import small_recipe

from edge_lip.errors import DataError, RecipeError
from training.networks.encoders import Backbone, behind, build_encode, open_backbone
from training.networks.encoders.mobilenet import weights_path
from training.networks.encoders.vgg_face import BLOCKS, read_weights
from training.recipes.parts import BACKBONES, ENCODERS
from training.recipes.recipe import Recipe

Convolutions = list[tuple[np.ndarray, np.ndarray]]
SHAPES = [
    (before, channels)
    for (channels, count), (last, _) in zip(BLOCKS, ((3, 0), *BLOCKS), strict=False)
    for before in (last, *[channels] * (count - 1))
]


def recipe(encoder: str, **network: object) -> Recipe:
    table = {"encoder": encoder, "frames": 1, "ahead": 0, **network}
    return small_recipe(crop={"width": 32, "height": 32}, network=table)


def stacks(count: int = 3) -> np.ndarray:
    return np.random.default_rng(3).normal(size=(count, 32, 32, 1)).clip(-3, 3).astype(np.float32)


@pytest.fixture(scope="module", autouse=True)
def nothing_fetched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KERAS_HOME", str(tmp_path_factory.mktemp("keras")))
        yield


@pytest.fixture(scope="module")
def backbones(nothing_fetched: None) -> dict[str, Backbone | None]:
    """With random weights."""
    return {name: open_backbone(recipe(name)) for name in BACKBONES}


@pytest.fixture(scope="module")
def convolutions() -> Convolutions:
    """Thirteen that are told apart by their biases; layers of one shape too."""
    rng = np.random.default_rng(0)
    return [
        (
            rng.normal(0, np.sqrt(2 / (9 * a)), (3, 3, a, b)).astype(np.float32),
            np.full(b, k / 100, np.float32),
        )
        for k, (a, b) in enumerate(SHAPES)
    ]


def write_layers(path: Path, convolutions: Convolutions) -> Path:
    """As Keras 2 wrote the weights of a whole model: layers in the order of a list, which is not
    that of the alphabet, and others between them."""
    names = [f"conv{b}_{k}" for b, (_, n) in enumerate(BLOCKS, 1) for k in range(1, n + 1)]
    names = [f"{'zyxwvutsrqponm'[k]}_{name}" for k, name in enumerate(names)]
    with h5py.File(path, "w") as file:
        root = file.create_group("model_weights")
        root.attrs["layer_names"] = [b"input", *(name.encode() for name in names), b"fc6"]
        root.create_group("input")
        for name, (kernel, bias) in zip(names, convolutions, strict=True):
            root[f"{name}/{name}/kernel:0"], root[f"{name}/{name}/bias:0"] = kernel, bias
        root["fc6/fc6/kernel:0"] = np.zeros((7, 7, 4, 8), np.float32)
        root["fc6/fc6/bias:0"] = np.zeros(8, np.float32)
        file["optimizer_weights/kernel:0"] = convolutions[0][0]
        file["optimizer_weights/bias:0"] = convolutions[0][1]
    return path


def write_vars(path: Path, convolutions: Convolutions) -> Path:
    """As Keras 3 writes `.weights.h5`: numbered, without a list."""
    with h5py.File(path, "w") as file:
        for k, (kernel, bias) in enumerate(convolutions):
            name = f"layers/conv2d_{k}" if k else "layers/conv2d"
            file[f"{name}/vars/0"], file[f"{name}/vars/1"] = kernel, bias
        file.create_group("layers/max_pooling2d/vars")
    return path


def test_every_encoder_is_there_and_some_are_frozen() -> None:
    assert all(callable(encoder.load()) for encoder in ENCODERS.values())
    assert open_backbone(small_recipe()) is None


@pytest.mark.parametrize("name", BACKBONES)
def test_random_weights_are_said_and_ever_the_same(
    name: str, backbones: dict[str, Backbone | None]
) -> None:
    one, other = backbones[name], open_backbone(recipe(name))
    assert one and other and one.weights == "random" and "random" in one.hint
    features = [np.asarray(b.model(stacks(), training=False)) for b in (one, other)]
    assert features[0].shape == (3, BACKBONES[name].features)
    assert np.array_equal(features[0], features[1])
    # What comes out depends on what goes in: depth alone brings random weights to nothing.
    assert features[0].std(axis=0).mean() > 0.02 * np.abs(features[0]).mean() > 0.001


@pytest.mark.parametrize("name", BACKBONES)
def test_the_whole_encoder_is_backbone_and_head(
    name: str, backbones: dict[str, Backbone | None], tmp_path: Path
) -> None:
    """In a file too: `.h5` has no place for bare operations."""
    backbone, head = backbones[name], build_encode(recipe(name))
    assert backbone
    encode = behind(backbone, head)
    path = tmp_path / "encode.h5"
    encode.save(path)
    encode = keras.saving.load_model(path, compile=False)
    assert encode.input_shape == (None, 32, 32, 1) and encode.output_shape == (None, 8)
    expected = head(backbone.model(stacks(), training=False), training=False)
    np.testing.assert_allclose(encode(stacks(), training=False), expected, atol=1e-5)


@pytest.mark.parametrize("write", [write_layers, write_vars])
def test_vgg_weights_are_found_whatever_their_names(
    write: Callable[[Path, Convolutions], Path], convolutions: Convolutions, tmp_path: Path
) -> None:
    path = write(tmp_path / "vgg.h5", convolutions)
    for found, wanted in zip(read_weights(path), convolutions, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(found, wanted, strict=True))
    backbone = open_backbone(recipe("vgg-face", weights=str(path)))
    assert backbone and backbone.weights == hashlib.sha256(path.read_bytes()).hexdigest()
    assert np.array_equal(backbone.model.get_layer("conv5_3").get_weights()[0], convolutions[-1][0])
    # The first picture again, by Keras' own layers: levels of a grey picture without its mean.
    x = np.repeat(stacks(1) * 42.5, 3, axis=-1)
    places = iter(convolutions)
    for _, count in BLOCKS:
        for _ in range(count):
            kernel, bias = next(places)
            x = keras.ops.relu(keras.ops.conv(x, kernel, padding="same") + bias)
        x = keras.ops.max_pool(x, 2)
    expected = np.asarray(x).mean(axis=(1, 2))
    np.testing.assert_allclose(backbone.model(stacks(1)), expected, rtol=1e-3, atol=1e-3)


def test_files_that_are_no_vgg_weights(convolutions: Convolutions, tmp_path: Path) -> None:
    def refused(path: Path, reason: str) -> None:
        with pytest.raises(DataError, match=reason) as caught:
            open_backbone(recipe("vgg-face", weights=str(path)))
        assert str(path) in str(caught.value) and "\n" not in str(caught.value)

    refused(tmp_path / "none.h5", "there is no such file")
    (tmp_path / "text.h5").write_text("not found")
    refused(tmp_path / "text.h5", "no HDF5 file")
    refused(
        write_vars(tmp_path / "few.h5", convolutions[:12]), "12 3x3 kernels with biases, not 13"
    )
    swapped = [convolutions[1], *convolutions[1:]]
    wrong = re.escape("3x3 kernel 1 is (3, 3, 64, 64), not (3, 3, 3, 64)")
    refused(write_vars(tmp_path / "swapped.h5", swapped), wrong)


def test_mobilenet_takes_what_keras_has_fetched() -> None:
    other = keras.applications.MobileNetV3Small(
        input_shape=(32, 32, 3), include_top=False, weights=None, pooling="avg"
    )
    for weight in other.weights:
        if weight.path.endswith("moving_variance"):
            weight.assign(0.02 * np.ones(weight.shape))  # as they are, nothing reaches the end
    path = weights_path()
    path.parent.mkdir(parents=True)
    other.save(path)
    backbone = open_backbone(recipe("mobilenet-v3"))
    assert backbone and backbone.weights == "imagenet" and "ImageNet" in backbone.hint
    first, *kept = backbone.model.get_weights()
    assert first.shape == (1, 1, 1, 3) and np.allclose(first, 1 / 3)
    assert all(np.array_equal(a, b) for a, b in zip(kept, other.get_weights(), strict=True))
    levels = np.repeat(127.5 + 42.5 * stacks(), 3, axis=-1)
    expected = other(levels, training=False).numpy()
    assert np.abs(expected).max() > 0.01
    features = backbone.model(stacks(), training=False)
    np.testing.assert_allclose(features, expected, rtol=1e-2, atol=1e-3 * np.abs(expected).max())
    with pytest.raises(DataError, match="holds no MobileNetV3 weights") as caught:
        path.write_bytes(path.read_bytes()[:1000])
        open_backbone(recipe("mobilenet-v3"))
    path.unlink()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "sections, rule",
    [
        ({"network": {"frames": 3, "ahead": 0, "encoder": "vgg-face"}}, "frames = 1"),
        ({"network": {"frames": 1, "ahead": 0, "encoder": "mobilenet-v3"}}, "32x32 and more"),
        ({"network": {"weights": "vgg.h5"}}, "weights is for the encoder vgg-face"),
        ({"augment": {"variants": 0}}, "variants must be at least 1"),
    ],
)
def test_recipes_that_no_backbone_can_follow(
    sections: dict[str, dict[str, object]], rule: str
) -> None:
    with pytest.raises(RecipeError, match=rule):
        small_recipe("sentence", **sections)
