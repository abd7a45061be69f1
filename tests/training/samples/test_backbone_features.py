"""Two steps: features of a frozen backbone are computed once, then learned from."""

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
import pytest
from support.small_training import small_recipe

from edge_lip.errors import DataError, RecipeError
from edge_lip.frontend.stack import Stacker
from edge_lip.model.manifest import Manifest
from training.data.clip import Clip
from training.data.crop_cache import Crops, crop_path
from training.fitting.loop import Trainer
from training.fitting.manifest import make_manifest
from training.fitting.train import calibration_inputs, plain_halves
from training.networks.encoders import Backbone, build_encode
from training.recipes.recipe import Recipe
from training.samples.backbone_features import FeatureCache
from training.samples.example import Example
from training.samples.inputs import CropInput, TrainingInputs
from training.samples.prepare import crop_settings, read_utterance
from training.tasks import learn
from training.trained.read import load
from training.trained.write import save_model

SIZE, MARGIN, FRAMES = 32, 2, 8
LABELS = ("left", "right")


def recipe(**sections: dict[str, object]) -> Recipe:
    table: dict[str, dict[str, object]] = {
        "crop": {"width": SIZE, "height": SIZE},
        "network": {"encoder": "vgg-face", "frames": 1, "ahead": 0, "dropout": 0.0},
        "decoding": {"method": "label"},
        "augment": {"variants": 3, "flip": 0.0, "shift": 2.0},
    }
    for name, values in sections.items():
        table[name] = table.get(name, {}) | values
    return small_recipe("label", **table)


class Counting(keras.layers.Layer):
    """Means of a picture's 8x8 corners; counts the pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.pictures = self.add_weight(shape=(), initializer="zeros", trainable=False)

    def call(self, stack: object) -> object:
        self.pictures.assign_add(keras.ops.cast(keras.ops.shape(stack)[0], "float32"))
        return keras.layers.Flatten()(keras.layers.AveragePooling2D(8)(stack))


def backbone(scale: float = 1.0) -> tuple[Backbone, Counting]:
    """In place of a large one: 512 features too, most of them nothing."""
    count = Counting()
    stack = keras.Input((SIZE, SIZE, 1))
    spread = keras.layers.Dense(
        512, use_bias=False, kernel_initializer=keras.initializers.Identity(scale)
    )
    return Backbone(keras.Model(stack, spread(count(stack))), "random", "random weights"), count


def clip(k: int) -> Clip:
    return Clip(f"{k}.mp4", f"take/{k}", "", LABELS[k % 2])


def cut(cache: Path, clips: Sequence[Clip], how: Recipe) -> None:
    """Crops in the cache, as if a tracker had cut them: bright on the side that the label says."""
    side = SIZE + 2 * MARGIN
    for k, one in enumerate(clips):
        images = np.random.default_rng(k).integers(0, 40, (FRAMES, side, side)).astype(np.uint8)
        columns = slice(0, side // 2) if one.text == "left" else slice(side // 2, side)
        images[3:6, :, columns] += 150
        path = crop_path(cache, crop_settings(how), one)
        path.parent.mkdir(parents=True, exist_ok=True)
        times = np.arange(FRAMES) / how.fps
        lips, chins = np.zeros((FRAMES, 0, 2)), np.zeros((FRAMES, 0))
        poses = np.zeros((FRAMES, 4))
        np.savez(path, **vars(Crops(images, times, lips, chins, poses)))


@pytest.fixture
def cached(tmp_path: Path) -> tuple[Path, list[Clip]]:
    clips = [clip(k) for k in range(3)]
    cut(tmp_path, clips, recipe())
    return tmp_path, clips


def test_features_are_computed_once(cached: tuple[Path, list[Clip]]) -> None:
    cache, clips = cached
    model, count = backbone()
    features = FeatureCache(model, recipe(), cache)
    first = features.read(clips[0])
    assert (
        first.frames["backbone_features"].shape == (FRAMES, 3, 512)
        and first.frames["backbone_features"].dtype == np.float32
    )
    assert first.text == "left" and int(count.pictures) == 3 * FRAMES
    features.read(clips[1])  # here it was stopped
    again, count = backbone()
    for one in clips:
        assert FeatureCache(again, recipe(), cache).read(one).text == one.text
    assert int(count.pictures) == 3 * FRAMES  # the third clip's alone
    same = FeatureCache(again, recipe(), cache).read(clips[0])
    assert np.array_equal(same.frames["backbone_features"], first.frames["backbone_features"])


def test_the_first_variant_is_as_cut_and_the_others_are_not(
    cached: tuple[Path, list[Clip]],
) -> None:
    cache, clips = cached
    model, _ = backbone()
    how = recipe()
    utterance = FeatureCache(model, how, cache).read(clips[0])
    crops = CropInput(how).plain(read_utterance(clips[0], cache, how).frames["stack"])
    stacker = Stacker(1, 0)
    stacks = np.stack([stack for crop in crops for stack in stacker.push(crop)])
    inputs = TrainingInputs(how)
    np.testing.assert_allclose(
        inputs.plain(utterance.frames)["backbone_features"], model.model(stacks), atol=1e-5
    )
    variants = np.moveaxis(utterance.frames["backbone_features"], 1, 0)
    assert len({variant.tobytes() for variant in variants}) == 3
    drawn = {
        inputs.vary(np.random.default_rng(k), utterance.frames)["backbone_features"].tobytes()
        for k in range(30)
    }
    assert drawn == {variant.tobytes() for variant in variants}


@pytest.mark.parametrize(
    "other",
    [
        {"augment": {"shift": 1.0}},
        {"augment": {"variants": 2}},
        {"fit": {"seed": 2}},
        {"network": {"encoder": "mobilenet-v3"}},
    ],
)
def test_other_settings_have_other_features(other: dict[str, dict[str, object]]) -> None:
    model, _ = backbone()
    ours = FeatureCache(model, recipe(), Path("cache")).path(clip(0))
    assert FeatureCache(model, recipe(**other), Path("cache")).path(clip(0)) != ours
    # What comes after the features leaves them as they are.
    later = recipe(augment={"speed": 1.1}, fit={"epochs": 9})
    assert FeatureCache(model, later, Path("cache")).path(clip(0)) == ours
    assert FeatureCache(backbone(2.0)[0], recipe(), Path("cache")).path(clip(0)) != ours


def test_a_damaged_file_of_features_is_named(cached: tuple[Path, list[Clip]]) -> None:
    cache, clips = cached
    features = FeatureCache(backbone()[0], recipe(), cache)
    features.read(clips[0])
    path = features.path(clips[0])
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(DataError, match="not a file of features .*delete it and run again"):
        features.read(clips[0])


def test_labels_are_learned_from_features(tmp_path: Path) -> None:
    """And what is saved is one network, from crops to labels, which both readers load."""
    how = recipe(fit={"epochs": 12, "batch": 8, "rate": 0.02, "precision": "float32"})
    clips = [clip(k) for k in range(16)]
    cut(tmp_path / "cache", clips, how)
    stack = keras.Input((SIZE, SIZE, 1), name="stack")
    pooled = keras.layers.AveragePooling2D(8)(stack)
    small = keras.layers.Dense(512, use_bias=False)(keras.layers.Flatten()(pooled))
    frozen = Backbone(keras.Model(stack, small, name="backbone"), "random", "random weights")
    features = FeatureCache(frozen, how, tmp_path / "cache")
    utterances = [features.read(one) for one in clips]
    task = learn(how, [one.text for one in clips])
    fit = Trainer(how, task, utterances, tmp_path / "run", frozen.weights)
    losses = [row["loss"] for row in fit.run()]
    assert losses[-1] < 0.6 * losses[0]
    with pytest.raises(RecipeError, match="backbone_weights 'random', not 'imagenet'"):
        Trainer(how, task, utterances, tmp_path / "run", "imagenet")

    validation = task.validation(utterances)
    conclusion = validation.conclude(fit)
    assert [one.text for one in conclusion.hypotheses] == [one.text for one in clips]

    encode, decode = plain_halves(how, task, fit.encode, fit.decode, frozen)
    manifest: Manifest = make_manifest(how, task.classes, conclusion, clips, frozen)
    assert manifest.training["encoder_weights"] == "random"

    def show(one: Clip) -> Example:
        return read_utterance(one, tmp_path / "cache", how)

    stacks = calibration_inputs(clips[:2], show, how, manifest)
    assert stacks["stack"].shape == (200, SIZE, SIZE, 1)
    expected = fit.predict(TrainingInputs(how).plain(utterances[1].frames))["labels"]
    crops = CropInput(how).plain(show(clips[1]).frames["stack"])[..., None]
    for suffix in (".h5", ".keras"):
        path = tmp_path / f"model{suffix}"
        save_model(path, encode, decode, manifest, stacks)
        loaded = load(path)
        assert loaded.encode.input_shape == (None, SIZE, SIZE, 1)
        labels = loaded.decode(loaded.encode(crops)[None])["labels"][0]
        np.testing.assert_allclose(labels, expected, atol=1e-4)


def test_the_head_is_all_that_is_left_to_learn() -> None:
    head = build_encode(recipe(), "mixed_bfloat16")
    assert head.input_shape == (None, 512) and head.output_shape == (None, 8)
    assert {weight.dtype for weight in head.weights} == {"float32"}
