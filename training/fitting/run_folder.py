"""The folder of a training: it belongs to one recipe, which may be stopped and gone on with."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from edge_lip.errors import DataError, RecipeError
from edge_lip.system.files import replacing
from edge_lip.text.classes import Classes

from ..recipes.formerly import renamed
from ..recipes.recipe import AugmentSection, DataSection, FitSection, NetworkSection, Recipe

SHAPING = ("task", "fps", "data", "crop", "network", "augment", "fit")
"""Parts of a recipe that shape the weights; names, credits and decoding may change on the way."""


def claim(
    folder: Path,
    recipe: Recipe,
    classes: Classes,
    backbone_weights: str = "",
    started_from: str = "",
    points: int = 0,
) -> None:
    """Make `folder` the place of this training, or see that it is: by its `recipe.json`.

    `backbone_weights`: where those of a frozen backbone are from; a recipe may find others later.
    `started_from`: SHA-256 of the model it begins with. `points`: sentences without pictures.

    Raises RecipeError where it holds a training by another recipe or of other classes, DataError
    where it can't be used.
    """
    path = folder / "recipe.json"
    shaping = {key: value for key, value in recipe.to_dict().items() if key in SHAPING}
    found: dict[str, str | int] = {
        "backbone_weights": backbone_weights,
        "started_from": started_from,
        "points": points,
    }
    found = {key: value for key, value in found.items() if value}
    mine = json.dumps({**shaping, "classes": asdict(classes), **found}, indent=2)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        theirs = json.loads(path.read_text()) if path.exists() else None
        if theirs is None:
            with replacing(path) as temporary:
                temporary.write_text(mine + "\n")
            return
    except (OSError, ValueError) as error:
        raise DataError(f"{folder} can't be the folder of a training: {error}") from None
    if different := _difference(_today(theirs, str(path)), json.loads(mine)):
        raise RecipeError(
            f"{folder} holds a training by another recipe ({different}): give another folder"
        )


def _today(theirs: Any, where: str) -> Any:
    """What an older version wrote, as this one would have: keys renamed, those that are new with
    the value that was meant."""
    if not isinstance(theirs, dict):
        return theirs
    table = renamed(theirs, where)
    defaults: dict[str, Any] = {
        "data": DataSection(),
        "network": NetworkSection(),
        "augment": AugmentSection(),
        "fit": FitSection(),
    }
    for section, default in defaults.items():
        if isinstance(table.get(section), dict):
            table[section] = json.loads(json.dumps(asdict(default))) | table[section]
    return table


def _difference(theirs: Any, mine: Any, key: str = "") -> str:
    """The first thing that differs, with its key and both values; empty when nothing does."""
    if isinstance(theirs, dict) and isinstance(mine, dict):
        for name in sorted(theirs.keys() | mine.keys()):
            inner = f"{key}.{name}".lstrip(".")
            if different := _difference(theirs.get(name), mine.get(name), inner):
                return different
        return ""
    if theirs == mine:
        return ""
    return f"{key} differs" if isinstance(mine, list) else f"{key} {theirs!r}, not {mine!r}"
