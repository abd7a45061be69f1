"""Which clips a model is measured on."""

from pathlib import Path

import pytest

from edge_lip.errors import DataError
from training.evaluate import choose_clips
from training.recipe import Data, Recipe


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for speaker in ("s1", "s2"):
        (tmp_path / speaker).mkdir()
        (tmp_path / speaker / "bbaf2n.mp4").touch()
    return tmp_path


def test_others_are_those_the_recipe_does_not_name(corpus: Path) -> None:
    clips = choose_clips(corpus, Recipe("one", data=Data(speakers=("s1",))), "others")
    assert [clip.name for clip in clips] == ["s2/bbaf2n"]


def test_a_model_of_all_speakers_has_no_others(corpus: Path) -> None:
    with pytest.raises(DataError, match="others"):
        choose_clips(corpus, Recipe("all"), "others")
