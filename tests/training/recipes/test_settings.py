"""Single settings of a recipe, from the command line."""

from pathlib import Path

import pytest

import training
from edge_lip.errors import RecipeError
from training.commands.train import RECIPES
from training.recipes.load import load_recipe, with_settings

RECIPE = load_recipe("miracl-words")


def test_settings_are_toml_or_else_text() -> None:
    settings = ("data.by=take", 'data.test_groups=["09", "10"]', "fit.epochs = 3", "name=ten")
    changed = with_settings(RECIPE, (*settings, "crop.depth=true", "augment.flip=0"))
    assert changed.name == "ten" and changed.fit.epochs == 3 and changed.crop.depth
    assert (changed.data.by, changed.data.test_groups) == ("take", ("09", "10"))
    assert changed.augment.flip == 0.0
    assert with_settings(RECIPE, ()) == RECIPE


def test_a_key_by_both_its_names_is_refused() -> None:
    both = ("data.val=some.txt", "data.test=others.txt")
    for settings in (both, both[::-1]):
        with pytest.raises(RecipeError, match="data.val is the old name of data.test: give one"):
            with_settings(RECIPE, settings)


@pytest.mark.parametrize(
    "setting, says",
    [
        ("fit.epochs", "KEY=VALUE"),
        ("fit.epoch=3", "unknown key 'epoch'"),
        ("fits.epochs=3", "no section 'fits'"),
        ("fit.epochs.more=3", "no section 'epochs'"),
        ("fit.epochs=many", "must be int"),
        ("fit.epochs=0", "epochs must be at least 1"),
        ("fit.rate=nan", r"\[fit\] rate must be a finite number, not nan"),
        ("fps=inf", "--set: fps must be a finite number"),
        ("task=story", "task must be one of"),
        ("decoding.method=beam", "method must be one of label for the task label"),
    ],
)
def test_impossible_settings_are_named(setting: str, says: str) -> None:
    with pytest.raises(RecipeError, match=says) as caught:
        with_settings(RECIPE, (setting,))
    assert "\n" not in str(caught.value)


def test_recipes_that_come_with_it_are_whole_and_told() -> None:
    names = sorted(
        path.stem for path in (Path(training.__file__).parent / "recipes").glob("*.toml")
    )
    assert tuple(names) == RECIPES
    assert [load_recipe(name).name for name in names] == names
