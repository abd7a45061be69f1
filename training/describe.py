"""What a trained model says of itself."""

from collections.abc import Sequence
from dataclasses import asdict

import keras
import tensorflow as tf

from edge_lip import __version__
from edge_lip.model import Manifest, Stack

from .datasets import Clip
from .encoders import Backbone
from .recipe import Recipe
from .tasks import Conclusion, Task


def describe(
    recipe: Recipe,
    task: Task,
    conclusion: Conclusion,
    learned: Sequence[Clip],
    backbone: Backbone | None = None,
) -> Manifest:
    """The manifest of a model that learned from the clips `learned`, before it is converted."""
    origin = {"encoder_weights": backbone.weights} if backbone else {}
    return Manifest(
        name=recipe.name,
        version=__version__,
        task=recipe.task,
        fps=recipe.fps,
        crop=asdict(recipe.crop.geometry),
        stack=Stack(recipe.network.frames, recipe.network.ahead),
        tokens=task.classes.tokens,
        words=task.classes.words,
        labels=task.classes.labels,
        tracker=recipe.crop.tracker,
        decoding=conclusion.decoding,
        training={
            "summary": recipe.summary,
            "credit": recipe.credit,
            "clips": len(learned),
            "speakers": sorted({clip.speaker for clip in learned}),
            "recipe": recipe.to_dict(),
            **origin,
        },
        accuracy=conclusion.accuracy,
        licence=recipe.licence,
        versions={
            "edge-lip": __version__,
            "tensorflow": tf.__version__,
            "keras": keras.__version__,
        },
    )
