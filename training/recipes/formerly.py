"""Keys of recipes that were called otherwise: files of older versions, and the recipes inside
models, are read all the same."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from edge_lip.errors import RecipeError

FORMERLY: Final = {
    "data": {
        "val": "test",
        "val_groups": "test_groups",
        "val_share": "test_share",
        "holdout": "validation",
        "holdout_groups": "validation_groups",
    }
}
"""For each section, the keys of today by those of then."""


def renamed(table: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The `table` of a recipe with the keys of today.

    Raises RecipeError, in a line that begins with `where`, for a key that is there by both names.
    """
    found = dict(table)
    for section, keys in FORMERLY.items():
        values = found.get(section)
        if not isinstance(values, Mapping):
            continue  # whoever builds the recipe says so
        for old, new in keys.items():
            if old in values and new in values:
                raise RecipeError(
                    f"{where}: [{section}] {old} is the old name of {new}: give one of them"
                )
        found[section] = {keys.get(key, key): value for key, value in values.items()}
    return found


def renamed_settings(settings: Sequence[str]) -> list[str]:
    """Each `KEY=VALUE` with the key of today.

    Raises RecipeError for a key that is given by both names.
    """
    keys = {setting.partition("=")[0].strip() for setting in settings}
    for section, names in FORMERLY.items():
        for old, new in names.items():
            if {f"{section}.{old}", f"{section}.{new}"} <= keys:
                raise RecipeError(
                    f"--set: {section}.{old} is the old name of {section}.{new}: give one of them"
                )
    return [_renamed_setting(setting) for setting in settings]


def _renamed_setting(setting: str) -> str:
    key, equals, text = setting.partition("=")
    section, _, name = key.strip().partition(".")
    new = FORMERLY.get(section, {}).get(name)
    return f"{section}.{new}{equals}{text}" if new else setting
