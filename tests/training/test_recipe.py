"""Recipes: what is in them, and that every mistake is named."""

from dataclasses import replace
from pathlib import Path

import pytest

from edge_lip.errors import RecipeError
from training.datasets.grid import SLOTS
from training.recipes import load_recipe, recipe_from_dict


def test_built_in_by_name() -> None:
    recipe = load_recipe("grid-s1")
    assert (recipe.name, recipe.data.speakers) == ("grid-s1", ("s1",))
    assert recipe.decoding.grammar == SLOTS


def test_by_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[fit]\nepochs = 3\nrate = 1\n[network]\nchannels = [8, 16]\n")
    recipe = load_recipe(str(path))
    assert recipe.name == "mine"
    assert (recipe.fit.epochs, recipe.network.channels) == (3, (8, 16))
    assert isinstance(recipe.fit.rate, float)
    assert recipe.crop == recipe_from_dict({"name": "defaults"}).crop


def test_survives_the_way_through_plain_data() -> None:
    recipe = load_recipe("grid-s1")
    assert recipe_from_dict(recipe.to_dict()) == recipe
    assert replace(recipe, fps=30.0) != recipe


@pytest.mark.parametrize(
    "text, complaint",
    [
        ("epochs = 3", "unknown key 'epochs'"),
        ("[fit]\nepoch = 3", r"\[fit\]: unknown key 'epoch'; there are: epochs, "),
        ("[fit]\nepochs = 3.5", r"\[fit\]: epochs must be int, not 3.5"),
        ("[fit]\nepochs = true", "epochs must be int"),
        ("[fit]\nrate = 'fast'", "rate must be float"),
        ("[data]\nspeakers = 's1'", "speakers must be a list"),
        ("[data]\nspeakers = [1]", "speakers must be str"),
        ("[decoding]\ngrammar = [['a'], 'b']", "grammar must be a list"),
        ("fit = 3", r"fit must be a table \[fit\]"),
        ("fps = 'fast'", "fps must be float"),
        ("[fit]\nepochs = ", "Invalid value"),
        ("fps = 0", "fps must be above 0"),
        ("[crop]\ntracker = 'magic'", "tracker must be one of landmarks"),
        ("[crop]\nwidth = 8", "width"),
        ("[network]\nahead = 5", "ahead"),
        ("[network]\nchannels = [8]", "channels"),
        ("[network]\nunits = 0", "units"),
        ("[network]\ndropout = 1.0", "dropout"),
        ("[fit]\nbatch = 0", "batch"),
        ("[fit]\nshortest = 80", "shortest"),
        ("[fit]\nprecision = 'half'", "precision must be one of auto"),
        ("[decoding]\nmethod = 'magic'", "method must be one of"),
        ("[decoding]\nmethod = 'grammar'", "needs a grammar"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(RecipeError, match=complaint) as caught:
        load_recipe(str(path))
    assert caught.value.exit_code == 2
    assert "mine.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_files_names_and_values(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"no recipe file .*none\.toml"):
        load_recipe(str(tmp_path / "none.toml"))
    with pytest.raises(RecipeError, match="there are: folder, .*grid-s1"):
        load_recipe("grid-s99")
    with pytest.raises(RecipeError, match="name is missing"):
        recipe_from_dict({})
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe")
    with pytest.raises(RecipeError, match="binary"):
        load_recipe(str(binary))
