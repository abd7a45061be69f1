"""Nobody is on both sides: sentences without pictures of those who are tested on are left out."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.small_training import small_recipe

from edge_lip.errors import DataError, RecipeError
from training.data.clip import Clip
from training.data.points import COLUMNS
from training.data.splits import Split
from training.fitting.train import learned_points
from training.recipes.recipe import Recipe


def recipe(**data: object) -> Recipe:
    how = small_recipe(
        network={"lips": 6, "centred": True},
        fit={"points": 4},
        data={"dataset": "grid", "by": "speaker", **data},
    )
    return replace(how, fps=25.0)


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """Two sentences each of three people."""
    for speaker in ("s1", "s2", "s3"):
        points = np.random.default_rng(0).normal((0, 60), 9, (40, len(COLUMNS), 2))
        np.savez(
            tmp_path / f"{speaker}.npz",
            clip=np.array(["one", "one", "two"]),
            word=np.array(["bin", "blue", "set"]),
            frames=np.array([10, 10, 20]),
            points=points,
        )
    return tmp_path


def test_those_who_are_tested_on_are_left_out(tables: Path) -> None:
    test = Clip("s2/one.mp4", "s2/one", "s2", "bin blue")
    split, told = Split((), (), (test,)), list[str]()
    clips = learned_points(tables, recipe(test_groups=["s1"]), split, told.append)
    assert [(one.speaker, one.name) for one in clips] == [
        ("s2", "two"),
        ("s3", "one"),
        ("s3", "two"),
    ]
    assert told == ["3 sentences without pictures, of 2 people: s2, s3"]


def test_validation_clips_are_left_out(tables: Path) -> None:
    held = Clip("s3/two.mp4", "s3/two", "s3", "set")
    clips = learned_points(
        tables, recipe(validation_groups=["s1", "s2"]), Split((), (held,), ()), print
    )
    assert [(one.speaker, one.name) for one in clips] == [("s3", "one")]


def test_when_nothing_is_left(tables: Path) -> None:
    everybody = recipe(test_groups=["s1", "s2", "s3"])
    with pytest.raises(DataError, match="no sentence is left to learn from"):
        learned_points(tables, everybody, Split((), (), ()), print)


def test_recipes_that_learn_from_no_points(tables: Path) -> None:
    how = recipe()
    none = replace(how, fit=replace(how.fit, points=0))
    with pytest.raises(RecipeError, match=r"--set fit\.points=48"):
        learned_points(tables, none, Split((), (), ()), print)
    with pytest.raises(RecipeError, match="25 frames a second"):
        learned_points(tables, replace(how, fps=30.0), Split((), (), ()), print)
