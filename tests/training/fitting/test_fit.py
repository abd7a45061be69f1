"""Learning: the loss falls, and a training that was stopped ends where it would have."""

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.small_training import VOCABULARY, corpus, sentences, small_recipe

from edge_lip.errors import DataError, RecipeError
from training.fitting.loop import Trainer
from training.fitting.precision import best_precision
from training.fitting.run_folder import claim
from training.recipes.recipe import Recipe
from training.tasks import learn

RECIPE = small_recipe()
CLASSES = sentences().classes


def start(folder: Path, recipe: Recipe = RECIPE) -> Trainer:
    return Trainer(recipe, sentences(), corpus(), folder)


def weights(fit: Trainer) -> list[np.ndarray]:
    with fit.averaged():
        averaged = [*fit.encode.get_weights(), *fit.decode.get_weights()]
    return [*fit.encode.get_weights(), *fit.decode.get_weights(), *averaged]


def history(folder: Path) -> list[dict[str, str]]:
    with (folder / "history.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def watch(fit: Trainer) -> dict[str, int | None]:
    return {"watched": fit.epoch if fit.epoch % 2 else None}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Trainer, Path]:
    """A training that nobody stopped, and its folder as it was after the second epoch beside it."""
    folder = tmp_path_factory.mktemp("training") / "whole"
    fit = start(folder)
    for row in fit.run(watch):
        if row["epoch"] == 2:
            shutil.copytree(folder, folder.with_name("stopped"))
    return fit, folder


@pytest.fixture(scope="module")
def stopped(whole: tuple[Trainer, Path]) -> Path:
    """The folder of a training that was stopped in its third epoch."""
    return whole[1].with_name("stopped")


def test_the_loss_falls(whole: tuple[Trainer, Path]) -> None:
    fit, folder = whole
    rows = history(folder)
    assert fit.epoch == 4 and [row["epoch"] for row in rows] == ["1", "2", "3", "4"]
    assert float(rows[-1]["loss"]) < 0.9 * float(rows[0]["loss"])
    assert [row["watched"] for row in rows] == ["1", "", "3", ""]


def test_averaged_weights_take_turns_with_the_others(whole: tuple[Trainer, Path]) -> None:
    fit, _ = whole
    crops = {"stack": np.random.default_rng(0).normal(size=(9, 16, 24)).astype(np.float32)}
    now = fit.predict(crops)
    assert now["logits"].shape == (9, len(VOCABULARY.tokens))
    assert now["words"].shape == (9, len(VOCABULARY.words) + 1)
    with fit.averaged():
        averaged = fit.predict(crops)
    assert np.abs(averaged["logits"] - now["logits"]).max() > 1e-4
    assert np.array_equal(fit.predict(crops)["logits"], now["logits"])


def test_a_stopped_training_ends_where_it_would_have(
    whole: tuple[Trainer, Path], stopped: Path, tmp_path: Path
) -> None:
    """The same batches, the same dropout, the same averages; sums of floats in another order."""
    folder = tmp_path / "again"
    shutil.copytree(stopped, folder)
    with (folder / "history.csv").open("a") as file:
        file.write("3,0.1,0.1")  # as a stop between the row and its checkpoint leaves it
    fit = start(folder)
    assert fit.epoch == 2
    assert len(list(fit.run(watch))) == 2
    for resumed, uninterrupted in zip(weights(fit), weights(whole[0]), strict=True):
        np.testing.assert_allclose(resumed, uninterrupted, atol=1e-5)
    for again, row in zip(history(folder), history(whole[1]), strict=True):
        assert (again["epoch"], again["watched"]) == (row["epoch"], row["watched"])
        assert float(again["loss"]) == pytest.approx(float(row["loss"]), rel=1e-5)


def test_a_finished_training_has_nothing_to_do(whole: tuple[Trainer, Path]) -> None:
    fit = start(whole[1])
    assert fit.epoch == 4 and list(fit.run()) == []
    for kept, made in zip(weights(fit), weights(whole[0]), strict=True):
        assert np.array_equal(kept, made)


def test_damaged_checkpoints_are_named(stopped: Path, tmp_path: Path) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(stopped, folder)
    for path in (folder / "checkpoints").glob("ckpt-2*"):
        path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(DataError, match="can't go on from .*ckpt-2") as caught:
        start(folder)
    assert "\n" not in str(caught.value)


def test_a_folder_belongs_to_one_recipe(tmp_path: Path) -> None:
    claim(tmp_path / "new" / "run", RECIPE, CLASSES)
    claim(tmp_path / "new" / "run", RECIPE, CLASSES)
    folder = tmp_path / "new" / "run"
    assert json.loads((folder / "recipe.json").read_text())["fit"]["epochs"] == 4
    # What does not shape the weights may change.
    claim(folder, replace(RECIPE, name="other", summary="better"), CLASSES)
    with pytest.raises(RecipeError, match=r"fit.epochs 4, not 9\): give another folder") as caught:
        claim(folder, small_recipe(fit={"epochs": 9}), CLASSES)
    assert caught.value.exit_code == 2
    with pytest.raises(RecipeError, match="network.channels differs"):
        claim(folder, small_recipe(network={"channels": [4, 8]}), CLASSES)
    with pytest.raises(RecipeError, match="classes.tokens differs"):
        claim(folder, RECIPE, learn(RECIPE, ["other words"]).classes)


def test_a_folder_of_an_older_version(tmp_path: Path) -> None:
    claim(tmp_path, RECIPE, CLASSES)
    path = tmp_path / "recipe.json"
    written = json.loads(path.read_text())
    del written["network"]["temporal"]
    written["data"]["holdout"] = written["data"].pop("validation")
    path.write_text(json.dumps(written))
    claim(tmp_path, RECIPE, CLASSES)
    with pytest.raises(RecipeError, match=r"data.validation 40, not 9"):
        claim(tmp_path, small_recipe(data={"validation": 9}), CLASSES)


def test_another_recipe_touches_nothing(stopped: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in stopped.rglob("*")}
    with pytest.raises(RecipeError):
        start(stopped, small_recipe(fit={"seed": 2}))
    assert {path: path.stat().st_mtime_ns for path in stopped.rglob("*")} == before


def test_folders_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataError, match="can't be the folder of a training"):
        claim(tmp_path / "file", RECIPE, CLASSES)
    (tmp_path / "recipe.json").write_text("{")
    with pytest.raises(DataError, match="can't be the folder of a training"):
        claim(tmp_path, RECIPE, CLASSES)


def test_a_precision_that_was_asked_for_is_kept() -> None:
    assert best_precision("float32") == "float32"
    assert best_precision("auto") in ("float32", "mixed_bfloat16")
