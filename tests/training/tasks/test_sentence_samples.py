"""Samples: what is shown, what it is called frame by frame, and what it spells."""

from dataclasses import replace

import numpy as np
import pytest
from support.small_training import (
    NO_AUGMENTATION,
    VOCABULARY,
    WORDS,
    corpus,
    small_recipe,
    utterance,
)

from edge_lip.frontend.lips import SIZE
from training.recipes.recipe import AugmentSection
from training.samples.augment import hold_frames, retake, vary_pictures, warp_time
from training.samples.example import Example
from training.tasks import learn
from training.tasks.sentence.samples import UNKNOWN, SentenceSample, SentenceSampler

PLAIN = small_recipe(augment=dict(NO_AUGMENTATION)).augment


def draw(
    utterances: list[Example], seed: int = 0, base: int = 0, length: int = 20, **augment: float
) -> SentenceSample:
    recipe = small_recipe(augment=dict(augment))
    return SentenceSampler(utterances, recipe, VOCABULARY).draw(
        np.random.default_rng(seed), base, length
    )


def rested() -> Example:
    """Two words with nine frames of rest before them, each frame as bright as its number says."""
    spans = tuple((start + 9, end + 9) for start, end in utterance("ab", "ba").spans)
    numbers = np.arange(23, dtype=np.float32)
    pictures = np.zeros((23, *utterance("ab", "ba").frames["stack"].shape[1:]), np.uint8)
    pictures += numbers.astype(np.uint8)[:, np.newaxis, np.newaxis]
    lips = numbers[:, np.newaxis] + np.zeros(SIZE, np.float32)
    return Example({"stack": pictures, "lips": lips}, "ab ba", spans)


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_said_in_some(seed: int) -> None:
    """What is seen then is from before or after the words, and nothing jumps."""
    how = small_recipe(
        network={"lips": 6, "centred": True}, augment={"silent": 0.99, "lips": 0.0, "turn": 0.0}
    )
    sampler = SentenceSampler([rested()], how, VOCABULARY)
    sample = sampler.draw(np.random.default_rng(seed), 0, 40)
    assert not sample.tokens.size and not sample.words.any() and len(sample.words) == 40
    rows = sample.inputs["lips"].mean(axis=1).round().astype(int)
    first, last = round(rested().spans[0][0]), round(rested().spans[-1][1])
    assert rows.max() < first or rows.min() >= last
    assert set(np.abs(np.diff(rows))) == {1}


def test_a_batch_of_nothing_can_be_learned() -> None:
    how = learn(small_recipe(augment={"silent": 0.99}), ["ab ba"])
    batch = how.sampler([rested()]).batch(np.random.default_rng(1), [0, 0], 0, 0)
    tokens, words = batch.targets
    outputs = {
        "logits": np.zeros((2, 14, len(how.classes.tokens)), np.float32),
        "words": np.zeros((2, 14, len(how.classes.words) + 1), np.float32),
    }
    assert not tokens.any() and not words.any()
    assert np.isfinite(float(how.losses(outputs, tokens, words)["loss"]))


def spelled(sample: SentenceSample) -> str:
    return "".join(VOCABULARY.tokens[token] for token in sample.tokens)


def seen(sample: SentenceSample) -> list[int]:
    """Per frame the class of the word whose column is bright; 0 where none is."""
    columns = [sample.inputs["stack"][:, 8, 1 + 8 * k + 2] for k in range(len(WORDS))]
    bright = np.stack(columns) > 1
    return [int(np.flatnonzero(frame)[0]) + 1 if frame.any() else 0 for frame in bright.T]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("splice", [0.0, 1.0])
@pytest.mark.parametrize("length", [14, 30])
def test_labels_say_what_the_frames_show(seed: int, splice: float, length: int) -> None:
    sample = draw(corpus(), seed, seed, length, splice=splice, speed=1.25, word_speed=1.2, hold=0.0)
    assert (
        sample.inputs["stack"].shape == (length, 16, 24)
        and sample.inputs["stack"].dtype == np.float32
    )
    assert sample.words.tolist() == seen(sample)
    said = [WORDS[k - 1] for k in sample.words[np.diff(sample.words, prepend=0) != 0] if k]
    words = spelled(sample).split()
    # Two equal words without a pause between them are one run of labels.
    assert said == words or said == words[:1] and words[0] == words[1]
    assert sample.words[0] == sample.words[-1] == 0


def test_splicing_makes_new_sentences() -> None:
    utterances = [utterance("ab", "ab"), utterance("ba", "ba")]
    texts = {spelled(draw(utterances, seed, splice=1.0)) for seed in range(30)}
    assert texts == {"ab ab", "ab ba", "ba ab", "ba ba"}
    assert {spelled(draw(utterances, seed, splice=0.0)) for seed in range(9)} == {"ab ab"}


def test_nobody_is_given_words_of_somebody_else() -> None:
    said = {"ann": ("ab", "ba"), "bob": ("cc", "cc")}
    utterances = [
        replace(utterance(text[place], text[1 - place]), speaker=speaker)
        for speaker, text in said.items()
        for place in (0, 1)
    ]
    for base, theirs in ((0, {"ab", "ba"}), (2, {"cc"})):
        texts = {spelled(draw(utterances, seed, base, splice=1.0)) for seed in range(30)}
        assert {word for text in texts for word in text.split()} == theirs


def test_sentences_of_different_shapes_are_not_spliced() -> None:
    short = Example(utterance("cc", "cc").frames, "cc", ((2.0, 6.0),))
    texts = {spelled(draw([utterance("ab", "ba"), short], seed, splice=1.0)) for seed in range(9)}
    assert texts == {"ab ba"}


def test_without_alignment_frames_are_unlabelled() -> None:
    sample = draw([utterance("ab", "cc", aligned=False)], length=25)
    assert sample.inputs["stack"].shape[0] == 25
    assert (sample.words == UNKNOWN).all()
    assert spelled(sample) == "ab cc"


def test_speech_too_slow_for_the_batch_is_squeezed() -> None:
    slow = utterance("ab", "cc")
    slow = replace(
        slow,
        frames={"stack": slow.frames["stack"].repeat(20, axis=0)},
        spans=((40, 120), (140, 240)),
    )
    sample = draw([slow], length=14)
    assert sample.inputs["stack"].shape[0] == len(sample.words) == 14
    assert sample.words.tolist() == seen(sample)
    assert set(sample.words.tolist()) == {0, 1, 3}


def test_alignments_may_reach_beyond_the_pictures() -> None:
    whole = utterance("ab", "cc")
    early = replace(
        whole, frames={"stack": whole.frames["stack"][3:]}, spans=((-0.9, 3.0), (4.0, 99.0))
    )
    sample = draw([early], length=120)
    shown = np.array(seen(sample))
    assert (sample.words == 1).sum() == 4
    assert (shown[sample.words == 1] == 1).all()


def test_the_same_seed_gives_the_same_sample() -> None:
    everything = {name: getattr(AugmentSection(), name) for name in NO_AUGMENTATION}
    one, same, other = (draw(corpus(), seed, **everything) for seed in (5, 5, 6))
    assert np.array_equal(one.inputs["stack"], same.inputs["stack"]) and np.array_equal(
        one.words, same.words
    )
    assert not np.array_equal(one.inputs["stack"], other.inputs["stack"])


def test_warped_time_stays_within_its_limits() -> None:
    rng = np.random.default_rng(0)
    counts = [warp_time(rng, 100, 1.25) for _ in range(500)]
    assert 80 <= min(counts) < 85 and 120 < max(counts) <= 125
    assert warp_time(rng, 1, 3.0) >= 1


def test_pictures_are_varied_the_same_way_throughout() -> None:
    crops = np.random.default_rng(0).integers(0, 255, (1, 20, 28), np.uint8).repeat(3, axis=0)
    plain = vary_pictures(np.random.default_rng(1), crops, 16, 24, PLAIN)
    assert plain.shape == (3, 16, 24) and np.abs(plain).max() <= 3
    mirrored = vary_pictures(np.random.default_rng(1), crops, 16, 24, PLAIN, mirror=True)
    # Up to the jitter of a third of a pixel, which noise of single pixels feels most.
    assert np.corrcoef(plain[0, :, ::-1].ravel(), mirrored[0].ravel())[0, 1] > 0.7
    erased = vary_pictures(np.random.default_rng(1), crops, 16, 24, replace(PLAIN, erase=1.0))
    assert ((erased == 0).all(axis=0)).sum() >= 16


def test_held_frames_repeat_the_one_before() -> None:
    still = hold_frames(np.random.default_rng(0), np.arange(20), replace(PLAIN, hold=1.0))
    assert len(still) == 20 and still[0] == 0
    assert 1 <= (np.diff(still) == 0).sum() <= 6
    assert (still <= np.arange(20)).all()


def test_a_camera_of_another_rate_shows_the_same_at_nearly_the_same_times() -> None:
    frames = np.arange(0, 200, 2).astype(np.uint8)[:, np.newaxis, np.newaxis]
    assert retake(np.random.default_rng(0), frames, replace(PLAIN, retake=0.0)) is frames
    apart = []
    for seed in range(20):
        retaken = retake(np.random.default_rng(seed), frames, replace(PLAIN, retake=1.0, rate=2.0))
        assert retaken.shape == frames.shape and retaken.dtype == np.uint8
        apart.append(np.abs(retaken.astype(float) - frames).max() / 2)
    # What is shown is at most half a frame off, and what is between two moments is between them.
    assert 0 < max(apart) <= 1


def test_a_sentence_of_another_length_is_no_reason_not_to_splice() -> None:
    odd = Example(utterance("ab", "ba").frames, "ab", ((2.0, 6.0),), "")
    many = [*corpus(), odd]
    texts = {spelled(draw(many, seed, 0, splice=1.0)) for seed in range(20)}
    assert len(texts) > 4 and all(len(text.split()) == 2 for text in texts)
    assert {spelled(draw(many, seed, 12, splice=1.0)) for seed in range(20)} == {"ab"}
    half = [*corpus()[:2], odd, odd]
    assert {spelled(draw(half, seed, 0, splice=1.0)) for seed in range(20)} == {"ab ab"}
