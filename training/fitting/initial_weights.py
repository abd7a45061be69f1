"""A trained model whose weights a training begins with, instead of random ones."""

import hashlib
import json
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from pathlib import Path
from typing import Any

import keras
import numpy as np

from edge_lip.errors import ModelError, RecipeError
from edge_lip.system.say import Say
from edge_lip.text.classes import Classes, some
from edge_lip.text.decoding import Decoding
from edge_lip.text.logits import to_logits
from training.trained.read import load, read_manifest
from training.trained.trained import Trained

from ..evaluation.readings import model_recipe
from ..networks.heads import output_classes
from ..recipes.recipe import Recipe
from ..samples.example import Example
from ..samples.inputs import TrainingInputs
from ..tasks.sentence.align import find_words
from .predict import Predictor

SHAPING = (
    "fps",
    *("crop.width", "crop.height", "crop.span", "crop.drop", "crop.tracker", "crop.depth"),
    *("network.encoder", "network.frames", "network.ahead", "network.channels"),
    *("network.features", "network.lips", "network.centred", "network.scaled"),
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

    @property
    def texts(self) -> list[str]:
        """What holds all that it reads, for those who want to go on reading it."""
        known = self.trained.manifest.classes
        return [*known.words, *known.labels]

    def weighted(self, decoding: Decoding, classes: Classes) -> Decoding:
        """`decoding` with what was found out for this model on clips, for a network of the same
        `classes` where there are none to find it out anew."""
        if classes != self.trained.manifest.classes:
            return decoding
        mine = self.trained.manifest.decoding
        return replace(
            decoding,
            token_weight=mine.token_weight,
            word_weight=mine.word_weight,
            temperature=mine.temperature,
        )

    def timed(self, examples: Iterable[Example], recipe: Recipe) -> Iterator[Example]:
        """The `examples` with the times of their words as this model finds them, where nobody has
        said them and it can spell them."""
        classes, decoding = self.trained.manifest.classes, self.trained.manifest.decoding
        weights = decoding.token_weight, decoding.word_weight
        predict = Predictor(recipe, self.trained.encode, self.trained.decode)
        inputs = TrainingInputs(recipe)
        for example in examples:
            if example.spans or not classes.tokens:
                yield example
                continue
            outputs = predict(inputs.plain(example.frames))
            logits = to_logits({name: output[np.newaxis] for name, output in outputs.items()})
            yield replace(example, spans=find_words(example.words, logits, classes, weights))

    def check(self, classes: Classes, say: Say) -> None:
        """Tell `say` what of a network for `classes` it does not know."""
        mine = output_classes(self.trained.manifest.classes)
        for output, names in output_classes(classes).items():
            if odd := [name for name in names if name not in mine[output]]:
                say(f"{self.path.name} does not know these, they begin anew: {some(odd)}")

    def give(self, encode: keras.Model, decode: keras.Model, classes: Classes) -> None:
        """Give its weights to the halves of a network for `classes`. An output's weights go with
        the class they are of; those of classes that only one of both knows stay what they are."""
        encode.set_weights(self.trained.encode.get_weights())
        now, then = output_classes(classes), output_classes(self.trained.manifest.classes)
        pairs = zip(_hidden(decode, now), _hidden(self.trained.decode, then), strict=True)
        for layer, trained in pairs:
            layer.set_weights(trained.get_weights())
        for output, names in now.items():
            known = [name for name in names if name in then[output]]
            if not known:
                continue
            layer, trained = (half.get_layer(output) for half in (decode, self.trained.decode))
            weights = layer.get_weights()
            for mine, theirs in zip(weights, trained.get_weights(), strict=True):
                chosen = [then[output].index(name) for name in known]
                mine[..., [names.index(name) for name in known]] = np.asarray(theirs)[..., chosen]
            layer.set_weights(weights)


def _hidden(decode: keras.Model, outputs: Mapping[str, Sequence[str]]) -> list[keras.Layer]:
    """The layers with weights that no output is made by."""
    return [layer for layer in decode.layers if layer.get_weights() and layer.name not in outputs]


def shaped(recipe: Recipe, path: Path, say: Say) -> Recipe:
    """`recipe` with the sizes of the trained model `path`, which its weights are of; `say` is told
    which are others than the recipe's. One with a frozen encoder stays as it is.

    Raises ModelError when it is no model of `edge-lip train`.
    """
    if recipe.network.frozen:
        return recipe
    others = _other_sizes(recipe, model_recipe(read_manifest(find_start(path))))
    for key, value in others.items():
        section, _, name = key.rpartition(".")
        whole = replace(getattr(recipe, section), **{name: value}) if section else value
        recipe = replace(recipe, **{section or name: whole})
    if others:
        say(f"as {path.name} has it: {' '.join(_setting(*one) for one in others.items())}")
    return recipe


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
    path = find_start(path)
    trained = load(path)
    if others := _other_sizes(recipe, model_recipe(trained.manifest)):
        given = " ".join(f"--set {_setting(*one)}" for one in others.items())
        raise RecipeError(f"{path} does not fit the recipe: give {given}")
    with path.open("rb") as file:
        return Start(path, hashlib.file_digest(file, "sha256").hexdigest(), trained)


def find_start(path: Path) -> Path:
    """The file `path`, or that of the shipped model of this name. Raises ModelError where there is
    none."""
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


def _other_sizes(recipe: Recipe, theirs: Recipe) -> dict[str, Any]:
    """The values of `theirs`, by their keys, that weights fit and `recipe` has otherwise."""
    return {
        key: value
        for key in SHAPING
        if (value := attrgetter(key)(theirs)) != attrgetter(key)(recipe)
    }


def _setting(key: str, value: Any) -> str:
    """What `--set` is to be given for a recipe's `key` to have that value."""
    text = value if isinstance(value, str) else json.dumps(value)
    return shlex.quote(f"{key}={text}")
