"""What a trained model says of itself."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import keras
import tensorflow as tf

from edge_lip import __version__
from edge_lip.model.manifest import Manifest, Stack
from edge_lip.text.classes import Classes

from ..data.clip import Clip
from ..data.points import PointClip
from ..networks.encoders import Backbone
from ..recipes.recipe import Recipe
from ..tasks import Conclusion
from .initial_weights import Start


def make_manifest(
    recipe: Recipe,
    classes: Classes,
    conclusion: Conclusion,
    learned: Sequence[Clip],
    backbone: Backbone | None = None,
    rendered: int = 0,
    start: Start | None = None,
    points: Sequence[PointClip] = (),
) -> Manifest:
    """The manifest of a model that learned from the clips `learned`, so many `rendered` ones and
    sentences without pictures, before it is converted."""
    origin: dict[str, Any] = {"encoder_weights": backbone.weights} if backbone else {}
    if points:
        people = sorted({clip.speaker for clip in points})
        origin["points"] = {"sentences": len(points), "speakers": people}
    credits = [recipe.credit]
    if start:
        origin["started_from"] = start.origin
        credits.append(str(start.trained.manifest.training.get("credit", "")))
    return Manifest(
        name=recipe.name,
        version=__version__,
        task=recipe.task,
        fps=recipe.fps,
        crop=recipe.crop.geometry,
        stack=Stack(recipe.network.frames, recipe.network.ahead),
        tokens=tuple(classes.tokens),
        words=tuple(classes.words),
        labels=tuple(classes.labels),
        tracker=recipe.crop.tracker,
        decoding=replace(conclusion.decoding, apart=recipe.apart),
        training={
            "summary": recipe.summary,
            "credit": "; ".join(filter(None, dict.fromkeys(credits))),
            "clips": len(learned),
            "rendered": rendered,
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
