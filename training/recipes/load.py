"""How a recipe is read, those that come with edge-lip and anybody's, and changed by `--set`."""

import os
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

from edge_lip.errors import RecipeError
from edge_lip.system import schema
from edge_lip.system.identity import tidied
from edge_lip.system.textfile import as_text

from .checks import rules
from .formerly import renamed, renamed_settings
from .recipe import Recipe

BASE = "base"
"""Key of a recipe's file: the recipe whose values it has where it says nothing itself."""


def load_recipe(name: str) -> Recipe:
    """The recipe in the TOML file `name`, or the built-in one of that name.

    Raises RecipeError for a missing file, bad TOML, an unknown key or a value of the wrong type.
    """
    return recipe_from_dict({"name": Path(name).stem, **_table(name)}, f"recipe {name}")


def _table(name: str, above: tuple[str, ...] = ()) -> dict[str, Any]:
    """What the recipe `name` says, over what its base does; `above`: those it is the base of."""
    if name in above:
        raise RecipeError(f"recipe {name} is a base of itself")
    table = _read(name)
    base = table.pop(BASE, None)
    if base is None:
        return table
    if not isinstance(base, str):
        raise RecipeError(f"recipe {name}: {BASE} must be the name of a recipe, not {base!r}")
    if base.endswith(".toml"):  # beside it
        base = os.path.normpath(Path(name).parent / base)
    merged = _table(base, (*above, name))
    for key, value in table.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = merged[key] | value if both else value
    return merged


def _read(name: str) -> dict[str, Any]:
    path = Path(name)
    if path.suffix == ".toml":
        if not path.is_file():
            raise RecipeError(f"no recipe file {name}")
        content = path.read_bytes()
    else:
        files = resources.files("training.recipes").iterdir()
        built_in = {f.name[:-5]: f for f in files if f.name.endswith(".toml")}
        if name not in built_in:
            raise RecipeError(
                f"no recipe is called {name!r}; there are: {', '.join(sorted(built_in))}, "
                "or give the path of a .toml file"
            )
        content = built_in[name].read_bytes()
    try:
        table = tomllib.loads(as_text(content, f"recipe {name}", RecipeError))
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"recipe {name}: {error}") from None
    return renamed(table, f"recipe {name}")


def recipe_from_dict(table: dict[str, Any], where: str = "recipe") -> Recipe:
    """The recipe that `table` spells. Raises RecipeError, naming the key."""
    recipe = schema.build(Recipe, renamed(table, where), where, RecipeError)
    grammar = tuple(tuple(map(tidied, slot)) for slot in recipe.decoding.grammar)
    recipe = replace(recipe, decoding=replace(recipe.decoding, grammar=grammar))
    for holds, rule in rules(recipe):
        if not holds:
            raise RecipeError(f"{where}: {rule}")
    return recipe


def with_settings(recipe: Recipe, settings: Sequence[str]) -> Recipe:
    """`recipe` with some of its values replaced: `fit.epochs=10`, `data.test_groups=["F01"]`.

    Raises RecipeError for an unknown key, an old one beside the new, or an impossible value.
    """
    today = renamed_settings(settings)
    table = schema.with_settings(Recipe, recipe.to_dict(), today, RecipeError)
    return recipe_from_dict(table, "--set")
