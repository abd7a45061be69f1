"""Learning from points alone first: it goes on where it stopped, in either of its two parts."""

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.small_training import WORDS, corpus, small_recipe

from edge_lip.errors import RecipeError
from edge_lip.frontend.lips import SIZE
from training.fitting.loop import Trainer
from training.samples.example import Example
from training.tasks import learn

RECIPE = small_recipe(
    network={"lips": 6, "centred": True}, fit={"epochs": 2, "points": 4, "alone": 3}
)


def shapes(example: Example) -> np.ndarray:
    """Lips that are wide, open or shut, by the word."""
    rows = np.zeros((14, SIZE), np.float32)
    for (start, end), word in zip(example.spans, example.words, strict=True):
        rows[int(start) : int(end), WORDS.index(word)] = 0.3
    return rows


def start(folder: Path) -> Trainer:
    both = [replace(one, frames={**one.frames, "lips": shapes(one)}) for one in corpus()]
    alone = [replace(one, frames={"lips": shapes(one)}) for one in corpus()]
    return Trainer(RECIPE, learn(RECIPE, [" ".join(WORDS)]), both, folder, points=alone)


def weights(fit: Trainer) -> list[np.ndarray]:
    with fit.averaged():
        averaged = [*fit.encode.get_weights(), *fit.decode.get_weights()]
    return [*fit.encode.get_weights(), *fit.decode.get_weights(), *averaged]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Trainer, Path]:
    """A training that nobody stopped; beside it its folder as it was after the second time through
    the points, `alone`, and after the first epoch with pictures, `with`."""
    folder = tmp_path_factory.mktemp("training") / "whole"
    fit = start(folder)
    for row in fit.run_alone():
        if row["epoch"] == 2:
            shutil.copytree(folder, folder.with_name("alone"))
    for row in fit.run():
        if row["epoch"] == 1:
            shutil.copytree(folder, folder.with_name("with"))
    return fit, folder


def test_two_histories(whole: tuple[Trainer, Path]) -> None:
    fit, folder = whole
    alone, together = rows(folder / "points.csv"), rows(folder / "history.csv")
    assert [row["epoch"] for row in alone] == ["1", "2", "3"] and "points" not in alone[0]
    assert [row["epoch"] for row in together] == ["1", "2"] and float(together[0]["points"]) > 0
    assert float(alone[-1]["loss"]) < float(alone[0]["loss"])
    assert fit.batches == fit.done == 3 * 3 + 2 * 3


def test_the_pictures_part_does_not_move_while_points_are_learned(tmp_path: Path) -> None:
    fit = start(tmp_path / "run")
    before = {layer.name: layer.get_weights() for layer in fit.encode.layers}
    assert len(list(fit.run_alone())) == 3
    moved = {
        layer.name
        for layer in fit.encode.layers
        if any(
            not np.array_equal(now, then)
            for now, then in zip(layer.get_weights(), before[layer.name], strict=True)
        )
    }
    assert moved == {"lip_shape", "lip_scale"}


@pytest.mark.parametrize(("name", "alone", "together"), [("alone", 1, 2), ("with", 0, 1)])
def test_it_ends_where_it_would_have(
    whole: tuple[Trainer, Path], tmp_path: Path, name: str, alone: int, together: int
) -> None:
    folder = tmp_path / name
    shutil.copytree(whole[1].with_name(name), folder)
    fit = start(folder)
    assert len(list(fit.run_alone())) == alone
    assert len(list(fit.run())) == together
    for resumed, uninterrupted in zip(weights(fit), weights(whole[0]), strict=True):
        np.testing.assert_allclose(resumed, uninterrupted, atol=1e-5)


def test_alone_needs_points() -> None:
    with pytest.raises(RecipeError, match=r"\[fit\] alone needs points"):
        small_recipe(network={"lips": 6, "centred": True}, fit={"alone": 3})
