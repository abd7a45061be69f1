"""How crops become utterances."""

from dataclasses import replace

import numpy as np
import pytest

from training.commands.train import RECIPES
from training.data.clip import Clip, TimedWord
from training.data.crop_cache import Crops
from training.recipes.load import load_recipe
from training.samples.prepare import crop_settings, to_utterance


def crops(times: np.ndarray) -> Crops:
    """Pictures as bright as 100 times their time."""
    bright = np.rint(times * 100).astype(np.uint8)
    images = np.broadcast_to(bright[:, None, None], (len(times), 4, 6))
    none = np.zeros((len(times), 0))
    return Crops(images, times, none[..., None], none, np.zeros((len(times), 4)))


CLIP = Clip(
    "a.mpg",
    "s1/a",
    "s1",
    "bin blue",
    (TimedWord("bin", 0.2, 0.4), TimedWord("blue", 0.4, 0.8)),
)


def test_crops_of_the_models_rate_pass_untouched() -> None:
    utterance = to_utterance(crops(np.arange(30) / 25), CLIP, 25)
    assert utterance.frames["stack"][:, 0, 0].tolist() == list(range(0, 120, 4))
    assert utterance.text == "bin blue"
    np.testing.assert_allclose(utterance.spans, [(5, 10), (10, 20)])


def test_other_rates_and_gaps_are_brought_onto_the_grid() -> None:
    times = np.arange(60) / 50
    utterance = to_utterance(crops(np.delete(times, slice(10, 20))), CLIP, 25)
    assert np.abs(utterance.frames["stack"][:, 0, 0] - np.arange(30.0) * 4).max() <= 1
    np.testing.assert_allclose(utterance.spans[0], (5, 10))


def test_words_count_from_the_first_crop() -> None:
    utterance = to_utterance(crops(np.arange(3, 30) / 25), CLIP, 25)
    np.testing.assert_allclose(utterance.spans, [(2, 7), (7, 17)])
    # A word that was said before the first face has no frames to learn from.
    assert to_utterance(crops(np.arange(10, 30) / 25), CLIP, 25).spans == ()
    assert to_utterance(crops(np.arange(30) / 25), replace(CLIP, words=()), 25).spans == ()


WITH_SHAPE = "36763a8c38f8"
KEYS = {
    **dict.fromkeys(("grid", "grid-overlapped", "grid-unseen"), WITH_SHAPE),
    "miracl-words-mobilenet": "8cb5ba4206c1",
    "miracl-words-vgg": "76421a7af499",
}
"""Of crops that are not the usual ones."""


@pytest.mark.parametrize("name", RECIPES)
def test_crops_that_a_recipe_has_cut_are_found_again(name: str) -> None:
    assert crop_settings(load_recipe(name)).key == KEYS.get(name, "145201966079")


def test_words_after_the_last_crop_have_no_times() -> None:
    assert len(to_utterance(crops(np.arange(18) / 25), CLIP, 25).spans) == 2  # most of the last
    assert to_utterance(crops(np.arange(14) / 25), CLIP, 25).spans == ()
