"""Single settings of a recipe, changed on the command line."""

import tomllib
from collections.abc import Sequence
from typing import Any

from edge_lip.errors import RecipeError

from .load import recipe_from_dict
from .recipe import Recipe


def with_settings(recipe: Recipe, settings: Sequence[str]) -> Recipe:
    """`recipe` with some of its values replaced: `fit.epochs=10`, `data.val_groups=["F01"]`.

    What stands behind the `=` is TOML, or else taken as a string. Raises RecipeError for an unknown
    key or an impossible value.
    """
    table = recipe.to_dict()
    for setting in settings:
        key, equals, text = setting.partition("=")
        if not equals:
            raise RecipeError(f"{setting!r} is no setting: give KEY=VALUE, like fit.epochs=10")
        *sections, name = key.strip().split(".")
        place = table
        for section in sections:
            place = place.get(section)  # type: ignore[assignment]
            if not isinstance(place, dict):
                raise RecipeError(f"{setting!r}: a recipe has no section {section!r}")
        place[name] = _value(text.strip())
    return recipe_from_dict(table, "--set")


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
