"""A trained model whose weights a training begins with, instead of random ones."""

import hashlib
import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

import keras

from edge_lip.errors import ModelError, RecipeError
from edge_lip.text.classes import Classes, some
from training.trained.read import load
from training.trained.trained import Trained

from ..data.clip import Say
from ..evaluation.readings import model_recipe
from ..recipes.recipe import Recipe
from ..tasks import TASKS

SHAPING = (
    *("task", "fps"),
    *("crop.width", "crop.height", "crop.span", "crop.drop", "crop.tracker", "crop.depth"),
    *("network.encoder", "network.frames", "network.ahead", "network.channels"),
    *("network.features", "network.lips", "network.centred"),
    *("network.temporal", "network.units", "network.layers"),
)
"""Values of a recipe that weights fit, or are of no use to it."""

ORIGINALS = Path(__file__).parents[2] / "originals"
"""Trained files of shipped models, in a clone of the repository and in no wheel."""


@dataclass(frozen=True)
class Start:
    """A model to begin with, which fits a recipe."""

    path: Path
    sha256: str
    """Of the file."""
    trained: Trained

    @property
    def origin(self) -> dict[str, str]:
        """What the new model's manifest says of it."""
        return {"name": self.trained.manifest.name, "sha256": self.sha256}

    def check(self, classes: Classes, say: Say) -> None:
        """See that it can begin a network for `classes`; `say` is told what of it begins anew.

        Raises RecipeError where the task does not allow classes to be others.
        """
        for name in vars(classes):
            known = getattr(self.trained.manifest, name)
            odd = sorted({*known} ^ {*getattr(classes, name)})
            if odd and name not in self._renewed:
                raise RecipeError(
                    f"{self.path} and these clips differ in {name} ({some(odd)}): "
                    "set decoding.grammar to the model's, and leave out clips of other words"
                )
        for name in self._other(classes):
            say(f"other {name} than those of {self.path}: the layer that tells them begins anew")

    def give(self, encode: keras.Model, decode: keras.Model, classes: Classes) -> None:
        """Give its weights to the halves of a network for `classes`, but for those of layers that
        begin anew because their classes are others."""
        anew = {self._renewed[name] for name in self._other(classes)}
        encode.set_weights(self.trained.encode.get_weights())
        for layer, trained in zip(decode.layers, self.trained.decode.layers, strict=True):
            if layer.name not in anew:
                layer.set_weights(trained.get_weights())

    @property
    def _renewed(self) -> Mapping[str, str]:
        return TASKS[self.trained.manifest.task].renewed

    def _other(self, classes: Classes) -> list[str]:
        """The lists that differ where they may."""
        mine = self.trained.manifest
        return [name for name in self._renewed if getattr(mine, name) != getattr(classes, name)]


def open_start(path: Path, recipe: Recipe) -> Start:
    """The model in the `.h5` or `.keras` file `path`, or the shipped one of that name, to begin a
    training by `recipe` with.

    Raises ModelError when it is none of `edge-lip train`, RecipeError where it does not fit: what
    differs, and what to set.
    """
    if recipe.network.frozen:
        raise RecipeError(
            f"a training can't begin with a model where the encoder is {recipe.network.encoder}, "
            "which stays as it is: leave out --from"
        )
    path = _found(path)
    trained = load(path)
    theirs = model_recipe(trained.manifest)
    settings = [
        _setting(key, value)
        for key in SHAPING
        if (value := attrgetter(key)(theirs)) != attrgetter(key)(recipe)
    ]
    if settings:
        raise RecipeError(f"{path} does not fit the recipe: give {' '.join(settings)}")
    with path.open("rb") as file:
        return Start(path, hashlib.file_digest(file, "sha256").hexdigest(), trained)


def _found(path: Path) -> Path:
    if path.suffix or path.exists():
        return path
    original = ORIGINALS / f"{path}.keras"
    if original.is_file():
        return original
    names = ", ".join(sorted(file.stem for file in ORIGINALS.glob("*.keras"))) or "none"
    raise ModelError(
        f"no trained model {path}: give the .h5 or .keras file that edge-lip train left, or the "
        f"name of one in {ORIGINALS} ({names})"
    )


def _setting(key: str, value: Any) -> str:
    """The option that gives a recipe's `key` that value."""
    text = value if isinstance(value, str) else json.dumps(value)
    return f"--set {shlex.quote(f'{key}={text}')}"
