"""How a recipe is read: those that come with edge-lip, and anybody's."""

import os
import tomllib
from dataclasses import MISSING, fields, is_dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from edge_lip.errors import RecipeError

from .recipe import Recipe
from .validation import rules

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
        return tomllib.loads(content.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RecipeError(f"recipe {name}: {error}") from None


def recipe_from_dict(table: dict[str, Any], where: str = "recipe") -> Recipe:
    """The recipe that `table` spells. Raises RecipeError, naming the key."""
    recipe: Recipe = _build(Recipe, table, where)
    for holds, rule in rules(recipe):
        if not holds:
            raise RecipeError(f"{where}: {rule}")
    return recipe


def _build(cls: Any, table: dict[str, Any], where: str) -> Any:
    known = {f.name: f for f in fields(cls)}
    values = {}
    for key, value in table.items():
        if key not in known:
            raise RecipeError(f"{where}: unknown key {key!r}; there are: {', '.join(known)}")
        kind = known[key].type
        if is_dataclass(kind):
            if not isinstance(value, dict):
                raise RecipeError(f"{where}: {key} must be a table [{key}]")
            values[key] = _build(kind, value, f"{where}: [{key}]")
        else:
            values[key] = _check(value, kind, f"{where}: {key}")
    for name, one in known.items():
        if name not in values and one.default is MISSING and one.default_factory is MISSING:
            raise RecipeError(f"{where}: {name} is missing")
    return cls(**values)


def _check(value: Any, kind: Any, where: str) -> Any:
    if getattr(kind, "__origin__", None) is tuple:
        if not isinstance(value, list | tuple):
            raise RecipeError(f"{where} must be a list")
        return tuple(_check(item, kind.__args__[0], where) for item in value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not kind:
        raise RecipeError(f"{where} must be {kind.__name__}, not {value!r}")
    return value
