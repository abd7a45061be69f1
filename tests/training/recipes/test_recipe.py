"""Recipes: what is in them, and that every mistake is named."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from edge_lip.errors import RecipeError
from edge_lip.model.file import unpack
from edge_lip.model.shipped import find_model, models
from edge_lip.mouth.geometry import CropGeometry
from training.data.datasets.grid import SLOTS
from training.recipes.load import load_recipe, recipe_from_dict, with_settings


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


def test_what_a_recipe_does_not_say_its_base_does(tmp_path: Path) -> None:
    talker, base = load_recipe("grid-s1-talker"), load_recipe("grid-s1")
    assert (talker.name, talker.data.rendered, base.data.rendered) == ("grid-s1-talker", 400, 0)
    assert (talker.fit.epochs, talker.fit.rate) == (40, 6e-4)
    same = replace(talker.data, rendered=0)
    assert replace(talker, name="grid-s1", data=same, fit=base.fit) == base
    (tmp_path / "one.toml").write_text("base = 'grid-s1'\nfps = 30\n[fit]\nepochs = 3\nbatch = 2")
    (tmp_path / "two.toml").write_text("base = 'one.toml'\n[fit]\nepochs = 4")
    two = load_recipe(str(tmp_path / "two.toml"))
    assert (two.name, two.fps, two.fit.epochs, two.fit.batch) == ("two", 30, 4, 2)
    assert two.decoding == base.decoding


def test_a_base_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("base = 'none'")
    with pytest.raises(RecipeError, match="no recipe is called 'none'"):
        load_recipe(str(tmp_path / "mine.toml"))


def test_survives_the_way_through_plain_data() -> None:
    recipe = load_recipe("grid-s1")
    assert recipe_from_dict(recipe.to_dict()) == recipe
    assert replace(recipe, fps=30.0) != recipe


def test_a_crop_says_what_it_has_always_said() -> None:
    """Folders of trainings and models hold it so; no network here learns from colour."""
    recipe = recipe_from_dict({"name": "defaults"})
    assert json.dumps(recipe.to_dict()["crop"]) == (
        '{"width": 96, "height": 64, "span": 0.92, "drop": 0.06, '
        '"margin": 8, "tracker": "landmarks", "depth": false}'
    )
    assert recipe.crop.geometry == CropGeometry()
    deep = recipe_from_dict({"name": "deep", "crop": {"depth": True, "span": 1}})
    assert deep.crop.geometry == CropGeometry(span=1.0, depth=True)
    with pytest.raises(RecipeError, match=r"\[crop\]: unknown key 'colour'"):
        recipe_from_dict({"name": "red", "crop": {"colour": True}})


@pytest.mark.parametrize("name", models())
def test_recipes_inside_models_that_are_out_there_are_read(name: str) -> None:
    recipe = unpack(find_model(name).read_bytes())[0].training["recipe"]
    assert recipe_from_dict(recipe).name == name


@pytest.mark.parametrize(
    "text, complaint",
    [
        ("epochs = 3", "unknown key 'epochs'"),
        ("[fit]\nepoch = 3", r"\[fit\]: unknown key 'epoch'; there are: epochs, "),
        ("[fit]\nepochs = 3.5", r"\[fit\]: epochs must be int, not 3.5"),
        ("[fit]\nepochs = true", "epochs must be int"),
        ("[fit]\nrate = 'fast'", "rate must be float"),
        ("[data]\nspeakers = 's1'", "speakers must be a list"),
        ("[data]\nspeakers = [1]", "speakers entry 1 must be str, not 1"),
        ("[decoding]\ngrammar = [['a'], 'b']", "grammar entry 2 must be a list, not 'b'"),
        ("fit = 3", r"fit must be a table \[fit\]"),
        ("fps = 'fast'", "fps must be float"),
        ("[fit]\nepochs = ", "Invalid value"),
        ("fps = 0", "fps must be above 0"),
        ("[network]\nscaled = true", r"\[network\] scaled needs centred"),
        ("[crop]\ntracker = 'magic'", "tracker must be one of attention, landmarks"),
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
        ("[data]\nrendered = -1", "rendered must be from 0 to 100,000"),
        ("[data]\nrendered = 8", "rendered takes a .* grammar"),
        ("base = 'grid-s1'\n[data]\nrendered = 8\n[crop]\ndepth = true", "no depth"),
        ("base = 3", "base must be the name of a recipe"),
        ("base = 'mine.toml'", "is a base of itself"),
        ("base = 'grid-s1'\n[fit]\nepoch = 3", r"\[fit\]: unknown key 'epoch'"),
        ("base = 'grid-s1'\nfit = 3", r"fit must be a table"),
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
    binary.write_bytes(b"\xff\xf0")
    with pytest.raises(RecipeError, match="binary"):
        load_recipe(str(binary))


OLD: dict[str, tuple[str, object]] = {
    "val": ("test", "val.txt"),
    "val_groups": ("test_groups", ["F11"]),
    "val_share": ("test_share", 0.3),
    "holdout": ("validation", 7),
    "holdout_groups": ("validation_groups", ["F10"]),
}


@pytest.mark.parametrize("old", OLD)
def test_keys_of_older_versions(old: str, tmp_path: Path) -> None:
    """In a model's manifest, in a file, as a base, and by --set."""
    new, value = OLD[old]
    data = {old: value, "by": "speaker"}
    expected = tuple(value) if isinstance(value, list) else value
    stored = recipe_from_dict({"name": "old", "data": data})
    assert getattr(stored.data, new) == expected and stored == recipe_from_dict(
        {"name": "old", "data": {new: value, "by": "speaker"}}
    )
    base, file = tmp_path / "base.toml", tmp_path / "mine.toml"
    base.write_text(f'[data]\nby = "speaker"\n{old} = {json.dumps(value)}\n')
    file.write_text('base = "base.toml"\nsummary = "mine"\n')
    assert getattr(load_recipe(str(file)).data, new) == expected
    plain = load_recipe("folder")
    given = with_settings(plain, ["data.by=speaker", f"data.{old}={json.dumps(value)}"])
    assert getattr(given.data, new) == expected
    with pytest.raises(RecipeError, match=f"{old} is the old name of {new}: give one of them"):
        recipe_from_dict({"name": "both", "data": {old: value, new: value}})


def test_a_recipe_as_editors_save_it(tmp_path: Path) -> None:
    """A mark is no part of it, and what nobody sees no part of a word."""
    path = tmp_path / "mine.toml"
    text = (
        '\ufeffbase = "grid-s1"\r\n[decoding]\r\ngrammar = [["\ufeffgo", "cafe\u0301\u200b"]]\r\n'
    )
    for encoding in ("utf-8", "utf-16"):
        path.write_bytes(text.removeprefix("\ufeff" * (encoding == "utf-16")).encode(encoding))
        assert load_recipe(str(path)).decoding.grammar == (("go", "caf\u00e9"),)
    path.write_bytes(b'summary = "a"\n[fit]\n# \xff\n')
    with pytest.raises(RecipeError, match=r"mine.toml:3: not UTF-8 text"):
        load_recipe(str(path))
