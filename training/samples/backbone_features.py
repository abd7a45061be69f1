"""The first step of two: what a frozen backbone makes of every clip, computed once and kept.

One `.npy` a clip, beside the crops, under a folder named after everything that shapes features: of
other weights or settings they are never mixed in. A run that was stopped goes on where it was.
"""

import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from edge_lip.errors import DataError
from edge_lip.model.network import STACK
from edge_lip.system.arrays import open_arrays
from edge_lip.system.files import replacing

from ..data.clip import Clip
from ..data.crop_cache import crop_path, is_fresh
from ..networks.encoders import Backbone
from ..networks.encoders.backbone import BACKBONE_FEATURES
from ..recipes.recipe import Recipe
from .example import Example
from .inputs import CropInput
from .prepare import crop_settings, read_utterance

VERSION = 2
"""Of what features are beyond their settings: raise it when variation or preparation changes."""
PICTURES = ("shift", "scale", "turn", "flip", "gamma", "noise", "erase")
"""Settings of augmentation that change pictures; the others come after the features."""
AT_ONCE = 16
"""Pictures a backbone is given: VGG at 224x224 needs 13 MB for one layer of each."""


class FeatureCache:
    """The features of clips whose crops are cached."""

    def __init__(self, backbone: Backbone, recipe: Recipe, cache: Path) -> None:
        """`cache`: where the crops are."""
        self._recipe, self._cache = recipe, cache
        self._pictures = CropInput(recipe)
        self._settings = _settings(backbone, recipe)
        text = json.dumps(self._settings, sort_keys=True)
        self._folder = cache / f"features-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
        stack = tf.TensorSpec((None, *backbone.model.input_shape[1:]), tf.float32)
        self._run = tf.function(
            lambda stacks: backbone.model(stacks, training=False), input_signature=[stack]
        )

    def path(self, clip: Clip) -> Path:
        """Where the features of `clip` are, or will be."""
        return self._folder / clip.home / f"{clip.name}.npy"

    def read(self, clip: Clip) -> Example:
        """`clip` with features (T, variants, F) float32 for frames, computed if they are not there.

        Raises DataError for a file that is not whole, or can't be written.
        """
        utterance = read_utterance(clip, self._cache, self._recipe)
        path = self.path(clip)
        if not is_fresh(path, crop_path(self._cache, crop_settings(self._recipe), clip)):
            self._write(path, self._compute(utterance, clip))
        try:
            features = open_arrays(path)
        except (OSError, ValueError, EOFError) as error:
            raise DataError(
                f"{path}: not a file of features ({error}); delete it and run again"
            ) from None
        return replace(utterance, frames={BACKBONE_FEATURES: features})

    def _compute(self, utterance: Example, clip: Clip) -> np.ndarray:
        return np.stack([self._features(crops) for crops in self._vary(utterance, clip)], axis=1)

    def _vary(self, utterance: Example, clip: Clip) -> Iterator[np.ndarray]:
        """Each variant's crops, (T, height, width) float32."""
        yield self._pictures.plain(utterance.frames[STACK])
        for variant in range(1, self._recipe.augment.variants):
            seed = [self._recipe.fit.seed, variant, zlib.crc32(clip.name.encode())]
            rng = np.random.default_rng(seed)
            mirror = bool(rng.random() < self._recipe.augment.flip)
            yield self._pictures.vary(rng, utterance.frames[STACK], mirror)

    def _features(self, crops: np.ndarray) -> np.ndarray:
        stacks = crops[..., None]
        parts = [
            self._run(stacks[first : first + AT_ONCE]) for first in range(0, len(stacks), AT_ONCE)
        ]
        return np.concatenate(parts)

    def _write(self, path: Path, features: np.ndarray) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            told = self._folder / "settings.json"
            if not told.exists():
                with replacing(told) as temporary:
                    temporary.write_text(json.dumps(self._settings, indent=2) + "\n")
        except OSError as error:
            raise DataError(f"can't write {path}: {error.strerror}") from None
        with replacing(path) as temporary:
            np.save(temporary, features)


def _settings(backbone: Backbone, recipe: Recipe) -> dict[str, object]:
    """Everything that shapes features."""
    augment = asdict(recipe.augment)
    return {
        "version": VERSION,
        "crops": crop_settings(recipe).key,
        "fps": recipe.fps,
        "encoder": recipe.network.encoder,
        "weights": _digest(backbone.model),
        "variants": recipe.augment.variants,
        "seed": recipe.fit.seed,
        "augment": {name: augment[name] for name in PICTURES},
    }


def _digest(model: keras.Model) -> str:
    """Of the weights themselves: files of other names hold the same, and random ones have none."""
    digest = hashlib.sha256()
    for weight in model.get_weights():
        digest.update(weight.tobytes())
    return digest.hexdigest()
