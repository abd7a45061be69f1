"""The network: its halves, its stacks, and the fused layer it is trained with."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.small_training import near, sentences, small_recipe

from edge_lip.frontend.stack import Stacker
from training.networks.encoders import build_encode
from training.networks.halves import build_decode, run_halves, stack_crops
from training.networks.normalization import FusedBatchNormalization
from training.tasks import learn
from training.trained.write import join

RECIPE = small_recipe()


@pytest.mark.parametrize("length", [1, 2, 3, 4, 5, 11])
@pytest.mark.parametrize("frames, ahead", [(5, 2), (3, 0), (3, 2), (1, 0), (7, 3)])
def test_stacks_are_those_of_the_device(length: int, frames: int, ahead: int) -> None:
    crops = np.random.default_rng(0).normal(size=(length, 4, 6)).astype(np.float32)
    stacker = Stacker(frames, ahead)
    stacks = [stack for crop in crops for stack in stacker.push(crop)] + stacker.finish()
    other = np.ones((4, 4, 6), np.float32)  # its neighbour in the batch must not be seen
    batch = tf.concat([other, crops, other], axis=0)
    trained = stack_crops(batch, near([4, length, 4], frames, ahead)).numpy()
    assert np.array_equal(trained[4:-4], np.stack(stacks))


def test_fused_normalization_is_batch_normalization() -> None:
    """All but the moving variance: the kernel gives the unbiased one, Keras' layer the biased."""
    inputs = np.random.default_rng(0).normal(3, 2, (6, 4, 5, 7)).astype(np.float32)
    count = inputs.size // inputs.shape[-1]
    plain, fused = keras.layers.BatchNormalization(), FusedBatchNormalization()
    for layer in (plain, fused):
        layer.build(inputs.shape)
        layer.gamma.assign(np.linspace(0.5, 2, 7))
        layer.beta.assign(np.linspace(-1, 1, 7))
    before = plain.moving_variance.numpy()
    for _ in range(3):
        one, other = (layer(inputs, training=True).numpy() for layer in (plain, fused))
        np.testing.assert_allclose(one, other, atol=2e-6)
    np.testing.assert_allclose(plain.moving_mean, fused.moving_mean, rtol=1e-5)
    kept = plain.momentum**3
    learned = [layer.moving_variance.numpy() - kept * before for layer in (plain, fused)]
    np.testing.assert_allclose(learned[1], learned[0] * count / (count - 1), rtol=1e-4)
    fused.set_weights(plain.get_weights())
    one, other = (layer(inputs, training=False).numpy() for layer in (plain, fused))
    np.testing.assert_allclose(one, other, atol=2e-6)


@pytest.mark.parametrize("precision, tolerance", [("float32", 1e-5), ("mixed_bfloat16", 0.05)])
def test_trained_weights_fit_the_plain_encoder(precision: str, tolerance: float) -> None:
    keras.utils.set_random_seed(0)
    trained = build_encode(RECIPE, precision)
    plain = build_encode(RECIPE)
    assert [w.shape for w in trained.weights] == [w.shape for w in plain.weights]
    assert all(weight.dtype == "float32" for weight in trained.weights)
    rng = np.random.default_rng(0)
    # Statistics that differ from layer to layer would show a wrong order.
    trained.set_weights([w + rng.uniform(0, 0.1, w.shape) for w in trained.get_weights()])
    plain.set_weights(trained.get_weights())
    stacks = rng.normal(size=(5, 16, 24, 3)).astype(np.float32)
    one, other = (model(stacks, training=False).numpy() for model in (trained, plain))
    assert one.shape == (5, 8) and one.dtype == np.float32
    assert np.abs(other).max() > 0.1
    np.testing.assert_allclose(one, other, atol=tolerance)


def test_halves_run_as_the_device_runs_them() -> None:
    encode, task = build_encode(RECIPE), sentences()
    decode = build_decode(RECIPE.network, task.head, task.classes, encode.output_shape[-1])
    crops = np.random.default_rng(0).normal(size=(18, 16, 24)).astype(np.float32)
    outputs = run_halves(
        encode,
        decode,
        {"stack": stack_crops(tf.constant(crops), near([9, 9], 3, 1))},
        tf.constant([9, 9]),
        uniform=True,
        training=False,
    )
    assert outputs["logits"].shape == (2, 9, len(task.classes.tokens))
    assert outputs["words"].shape == (2, 9, 4)
    stacks = stack_crops(tf.constant(crops[9:]), near([9], 3, 1))
    alone = decode(tf.stack([encode(stack[None])[0] for stack in stacks])[None])
    np.testing.assert_allclose(alone["logits"][0], outputs["logits"][1], atol=1e-5)
    joined = join(encode, decode)(stacks[None])
    np.testing.assert_allclose(joined["words"][0], outputs["words"][1], atol=1e-5)


@pytest.mark.parametrize("lips", [0, 6])
def test_scaled_features_are_as_strong_of_everybody(lips: int) -> None:
    """Pictures and shapes apart: one may be left out, which says nothing of the other."""
    how = small_recipe(network={"lips": lips, "centred": True, "scaled": True})
    learning = learn(how, ["ab ba"])
    decode = build_decode(how.network, learning.head, learning.classes, 8 + lips)
    features = np.random.default_rng(0).normal(5, 40, (1, 20, 8 + lips)).astype(np.float32)

    def read(*strength: float) -> np.ndarray:
        of = np.repeat(strength, [8, lips] if lips else [8]).astype(np.float32)
        return np.asarray(decode(features * of)["logits"])

    if not lips:
        np.testing.assert_allclose(read(1), read(3), atol=1e-3)
        return
    np.testing.assert_allclose(read(1, 1), read(3, 0.5), atol=1e-3)
    np.testing.assert_allclose(read(1, 0), read(3, 0), atol=1e-3)
    assert np.abs(read(1, 0) - read(1, 1)).max() > 1e-2


def test_lips_that_hardly_move_stay_still() -> None:
    how = small_recipe(network={"centred": True, "scaled": True})
    learning = learn(how, ["ab ba"])
    decode = build_decode(how.network, learning.head, learning.classes, 8)
    noise = np.random.default_rng(0).normal(0, 1e-3, (1, 20, 8)).astype(np.float32)
    still = np.asarray(decode(np.zeros_like(noise))["logits"])
    np.testing.assert_allclose(np.asarray(decode(noise)["logits"]), still, atol=1e-2)


@pytest.mark.parametrize("scaled", [False, True])
def test_padding_is_in_no_mean_and_no_scale(scaled: bool) -> None:
    """What learns from padded batches has the plain half's weights, and says the same of each."""
    how = small_recipe(
        "label",
        network={"lips": 6, "centred": True, "scaled": scaled},
        decoding={"method": "label"},
    )
    learning = learn(how, ["ab", "ba"])
    learns, plain = (
        build_decode(how.network, learning.head, learning.classes, 14, training=training)
        for training in (True, False)
    )
    plain.set_weights(learns.get_weights())
    features = np.random.default_rng(0).normal(5, 3, (2, 20, 14)).astype(np.float32)
    mask = np.arange(20) < np.array([[20], [9]])
    together = np.asarray(learns(features, mask=mask)["labels"])
    for said, one, length in zip(together, features, (20, 9), strict=True):
        alone = np.asarray(plain(one[np.newaxis, :length])["labels"][0])
        np.testing.assert_allclose(said, alone, atol=1e-5)
