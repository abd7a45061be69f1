"""Labels: what is learned of a clip, whatever its length and its neighbours in a batch."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.small_training import HEIGHT, MARGIN, WIDTH, near, small_recipe

from edge_lip.errors import DataError
from edge_lip.text.tasks.label import LabelTask
from training.fitting.loop import Trainer
from training.networks.encoders import build_encode
from training.networks.halves import build_decode, run_halves, stack_crops
from training.recipes.recipe import Recipe
from training.samples.example import Example
from training.tasks import learn
from training.tasks.label.losses import label_loss
from training.tasks.label.samples import LabelSampler
from training.tasks.label.validation import decoding, fit_temperature, nll

LABELS = ("good bye", "hello", "stop")


def label_recipe(**sections: dict[str, object]) -> Recipe:
    decoding = {"method": "label", **sections.pop("decoding", {})}
    return small_recipe("label", decoding=decoding, **sections)


def labelled(label: str, length: int, shift: int = 0) -> Example:
    """A clip in which a bright column, that says which label it is, comes and goes."""
    images = np.full((length, HEIGHT + 2 * MARGIN, WIDTH + 2 * MARGIN), 60, np.uint8)
    column = MARGIN + 2 + 8 * LABELS.index(label) + shift
    images[length // 4 : 3 * length // 4, 4:16, column : column + 4] = 200
    return Example({"stack": images}, label)


def corpus() -> list[Example]:
    return [labelled(LABELS[k % 3], 6 + 2 * k, k % 2) for k in range(12)]


def test_a_label_is_learned_and_its_confidence_tuned(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    recipe = label_recipe(fit={"epochs": 40, "watch": 20, "rate": 1e-2})
    task = learn(recipe, [one.text for one in corpus()])
    assert task.classes.labels == LABELS and not task.classes.tokens
    fit = Trainer(recipe, task, corpus(), tmp_path_factory.mktemp("label"))
    unseen = task.validation([labelled(label, 31) for label in LABELS])
    rows = list(fit.run(unseen.watch))
    assert [row["validation_top1"] is None for row in rows] == [*[True] * 19, False] * 2
    conclusion = unseen.conclude(fit)
    assert [one.text for one in conclusion.hypotheses] == list(LABELS)
    assert conclusion.accuracy[0]["top1"] == rows[-1]["validation_top1"] == 1.0
    # Right every time, but of three clips.
    confidences = [one.confidence for one in conclusion.hypotheses]
    assert 0.7 < np.mean(confidences) < 0.95 and conclusion.decoding.temperature != 1.0


def test_nothing_held_out_concludes_untuned() -> None:
    recipe = label_recipe(decoding={"threshold": 0.25})
    conclusion = learn(recipe, LABELS).validation([]).conclude(None)  # type: ignore[arg-type]
    assert (conclusion.decoding.temperature, conclusion.decoding.threshold) == (1.0, 0.25)
    assert not conclusion.hypotheses and not conclusion.accuracy and not conclusion.summary


def test_the_recipe_names_the_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LabelTask, "decoders", ("label", "loud"))
    recipe = label_recipe(decoding={"method": "loud"})
    assert decoding(recipe, 1.0).method == "loud"


def label_decode(recipe: Recipe, encode: keras.Model) -> keras.Model:
    one = learn(recipe, LABELS)
    return build_decode(recipe.network, one.head, one.classes, encode.output_shape[-1])


def test_neighbours_in_a_batch_and_padding_change_nothing() -> None:
    keras.utils.set_random_seed(0)
    recipe = label_recipe(network={"layers": 2})
    encode = build_encode(recipe)
    decode = label_decode(recipe, encode)
    lengths = (5, 23, 1)
    crops = np.random.default_rng(0).normal(size=(sum(lengths), HEIGHT, WIDTH)).astype(np.float32)

    def run(part: np.ndarray, lengths: tuple[int, ...], uniform: bool) -> np.ndarray:
        outputs = run_halves(
            encode,
            decode,
            {"stack": stack_crops(tf.constant(part), near(lengths, 3, 1))},
            tf.constant(lengths),
            uniform=uniform,
            training=False,
        )
        logits: np.ndarray = outputs["labels"].numpy()
        return logits

    together = run(crops, lengths, uniform=False)
    ends = np.cumsum(lengths)
    for row, length, end in zip(together, lengths, ends, strict=True):
        alone = run(crops[end - length : end], (length,), uniform=True)
        np.testing.assert_allclose(alone[0], row, atol=1e-6)
        assert np.abs(row).max() > 1e-3


def test_batch_statistics_never_see_padding() -> None:
    """The moving mean after a long and a short clip is that of their frames and nothing else."""
    recipe = label_recipe(network={"dropout": 0.0})
    encode = build_encode(recipe)
    decode = label_decode(recipe, encode)
    crops = np.random.default_rng(0).normal(size=(12, HEIGHT, WIDTH)).astype(np.float32)
    normalization = next(x for x in encode.layers if isinstance(x, keras.layers.BatchNormalization))
    stem = encode.layers[1]
    before = normalization.moving_mean.numpy()
    lengths = tf.constant([11, 1])
    stacks = stack_crops(tf.constant(crops), near([11, 1], 3, 1))
    run_halves(encode, decode, {"stack": stacks}, lengths, uniform=False, training=True)
    expected = stem(stacks).numpy().mean(axis=(0, 1, 2))
    learned = (normalization.moving_mean.numpy() - 0.99 * before) / 0.01
    np.testing.assert_allclose(learned, expected, atol=1e-3)


@pytest.mark.parametrize("seed", range(6))
def test_samples_are_the_clip_trimmed_warped_and_rested(seed: int) -> None:
    images = np.arange(40, dtype=np.uint8)[:, None, None].repeat(20, 1).repeat(28, 2)
    images[:, ::2] += 100  # a plain picture would be normalized to nothing
    recipe = label_recipe(augment={"rest": 0.4, "trim": 0.2, "speed": 1.5}, fit={"longest": 60})
    sampler = LabelSampler([Example({"stack": images}, "stop")], recipe, LABELS)
    frames = sampler.frames(np.random.default_rng(seed), 40)
    assert (np.diff(frames) >= 0).all() and 0 <= frames[0] <= 8 and 31 <= frames[-1] < 40
    assert len(frames) <= 60
    sample = sampler.draw(np.random.default_rng(seed), 0)
    assert sample.label == 2
    shown = sample.inputs["stack"]
    assert shown.shape == (len(frames), HEIGHT, WIDTH) and shown.dtype == np.float32


def test_without_variation_a_sample_is_the_clip() -> None:
    sampler = LabelSampler([labelled("stop", 9)], label_recipe(), LABELS)
    assert sampler.frames(np.random.default_rng(0), 9).tolist() == list(range(9))


def test_rare_labels_count_as_much_as_frequent_ones() -> None:
    utterances = [labelled("stop", 5)] * 6 + [labelled("hello", 5)] * 2
    rng = np.random.default_rng(0)
    for weighted, expected in ((True, {2: 8 / 12, 1: 2.0}), (False, {2: 1.0, 1: 1.0})):
        sampler = LabelSampler(utterances, label_recipe(fit={"class_weights": weighted}), LABELS)
        batch = sampler.batch(rng, range(8), 0, 0)
        labels, weights = batch.targets
        assert dict(zip(labels.tolist(), weights.tolist(), strict=True)) == pytest.approx(expected)
        assert len(batch.inputs) == 8


def test_loss_is_the_weighted_cross_entropy() -> None:
    logits = np.log([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8]]).astype(np.float32)
    weights = tf.constant([1.0, 3.0])
    plain = label_loss(tf.constant([0, 1]), weights, tf.constant(logits), smoothing=0.0)
    assert float(plain) == pytest.approx(-(np.log(0.7) + 3 * np.log(0.1)) / 2, rel=1e-5)
    smooth = label_loss(tf.constant([0, 1]), weights, tf.constant(logits), smoothing=1.0)
    assert float(smooth) == pytest.approx(-(logits[0].mean() + 3 * logits[1].mean()) / 2, rel=1e-5)


def test_temperature_gives_confidences_that_mean_what_they_say() -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 4, 4000)
    # Logits of which 60 % are right, but which claim 97 %.
    shown = np.where(rng.random(4000) < 0.6, labels, (labels + rng.integers(1, 4, 4000)) % 4)
    logits = 4.5 * np.eye(4)[shown]
    temperature = fit_temperature(logits, labels)
    confidence = np.exp(4.5 / temperature) / (np.exp(4.5 / temperature) + 3)
    assert confidence == pytest.approx(0.6, abs=0.03)
    assert nll(logits / temperature, labels) < nll(logits, labels)


def test_a_few_clips_read_right_make_nobody_certain() -> None:
    logits, labels = 3.0 * np.eye(4), np.arange(4)

    def confidence(count: int) -> float:
        temperature = fit_temperature(np.tile(logits, (count, 1)), np.tile(labels, count))
        return float(np.exp(3 / temperature) / (np.exp(3 / temperature) + 3))

    assert confidence(1) == pytest.approx(1 - 1 / 6 * 3 / 4, abs=0.02)
    assert confidence(1) < confidence(4) < confidence(16) < 1


def test_one_label_is_no_choice() -> None:
    with pytest.raises(DataError, match="all clips have the label 'stop'"):
        learn(label_recipe(), ["stop", "stop"])
    with pytest.raises(DataError, match="no clips"):
        learn(label_recipe(), [])
