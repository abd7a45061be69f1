"""Which clips are learned, watched and kept away, and how crops become utterances."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edge_lip.errors import DataError
from training.cache import Crops
from training.datasets import Clip, TimedWord
from training.prepare import split_clips, to_utterance
from training.recipe import load_recipe, recipe_from_dict

STEMS = ("bbaf2n", "bbaf3s", "bbaf5a", "bbal7s", "bbal8p", "bbas1s")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for speaker in ("s1", "s2"):
        (tmp_path / speaker).mkdir()
        for stem in STEMS:
            (tmp_path / speaker / f"{stem}.mpg").touch()
    (tmp_path / "val.txt").write_text("s1/bbaf2n\nbbaf3s\n")
    return tmp_path


def split(root: Path, **data: object) -> list[list[str]]:
    found = split_clips(root, recipe_from_dict({"name": "test", "data": {"holdout": 2, **data}}))
    return [[clip.name for clip in part] for part in (found.train, found.holdout, found.val)]


def test_no_clip_is_in_two_parts(root: Path) -> None:
    train, holdout, val = split(root)
    assert val == ["s1/bbaf2n", "s1/bbaf3s", "s2/bbaf3s"]
    assert len(holdout) == 2
    assert sorted([*train, *holdout, *val]) == sorted(
        f"{s}/{n}" for s in ("s1", "s2") for n in STEMS
    )
    assert split(root) == [train, holdout, val]


def test_lists_and_speakers(root: Path) -> None:
    (root / "train.txt").write_text("bbaf5a\nbbaf3s\ns2/bbal7s\n")
    train, holdout, val = split(root, speakers=["s1"], holdout=0)
    assert (train, holdout, val) == (["s1/bbaf5a"], [], ["s1/bbaf2n", "s1/bbaf3s"])
    train, _, _ = split(root, holdout=0)
    assert train == ["s1/bbaf5a", "s2/bbaf5a", "s2/bbal7s"]


@pytest.mark.parametrize(
    "data, complaint",
    [
        ({"dataset": "lrs2"}, "no dataset is called 'lrs2'; there are: grid"),
        ({"speakers": ["s9"]}, "no clip of speakers s9"),
        ({"train": "val.txt"}, "no clip to train on"),
    ],
)
def test_what_cannot_be_split(root: Path, data: dict[str, object], complaint: str) -> None:
    with pytest.raises(DataError, match=complaint):
        split(root, **data)


def test_the_real_split(grid: Path) -> None:
    parts = split_clips(grid, load_recipe("grid-s1"))
    assert [len(parts.train), len(parts.holdout), len(parts.val)] == [725, 40, 85]
    assert (
        len({clip.name for part in (parts.train, parts.holdout, parts.val) for clip in part}) == 850
    )


def crops(times: np.ndarray) -> Crops:
    """Pictures as bright as 100 times their time."""
    bright = np.rint(times * 100).astype(np.uint8)
    images = np.broadcast_to(bright[:, None, None], (len(times), 4, 6))
    return Crops(images, times, np.zeros((len(times), 0, 2)), np.zeros((len(times), 4)))


CLIP = Clip(
    Path("a.mpg"),
    "s1/a",
    "s1",
    "bin blue",
    (TimedWord("bin", 0.2, 0.4), TimedWord("blue", 0.4, 0.8)),
)


def test_crops_of_the_models_rate_pass_untouched() -> None:
    utterance = to_utterance(crops(np.arange(30) / 25), CLIP, 25)
    assert utterance.images[:, 0, 0].tolist() == list(range(0, 120, 4))
    assert utterance.text == "bin blue"
    np.testing.assert_allclose(utterance.spans, [(5, 10), (10, 20)])


def test_other_rates_and_gaps_are_brought_onto_the_grid() -> None:
    times = np.arange(60) / 50
    utterance = to_utterance(crops(np.delete(times, slice(10, 20))), CLIP, 25)
    assert np.abs(utterance.images[:, 0, 0] - np.arange(30.0) * 4).max() <= 1
    np.testing.assert_allclose(utterance.spans[0], (5, 10))


def test_words_count_from_the_first_crop() -> None:
    utterance = to_utterance(crops(np.arange(3, 30) / 25), CLIP, 25)
    np.testing.assert_allclose(utterance.spans, [(2, 7), (7, 17)])
    # A word that was said before the first face has no frames to learn from.
    assert to_utterance(crops(np.arange(10, 30) / 25), CLIP, 25).spans == ()
    assert to_utterance(crops(np.arange(30) / 25), replace(CLIP, words=()), 25).spans == ()
