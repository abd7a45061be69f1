"""A training small enough for a test: pictures whose bright column says which word it is."""

from collections.abc import Sequence

import numpy as np

from training.recipes.load import recipe_from_dict
from training.recipes.recipe import Recipe
from training.samples.example import Example
from training.samples.inputs import TrainingInputs
from training.tasks import Learning, learn
from training.tasks.sentence.vocabulary import Vocabulary, collect

WORDS = ("ab", "ba", "cc")
MARGIN, HEIGHT, WIDTH = 2, 16, 24
SPANS = ((2.0, 6.0), (7.0, 12.0))
VOCABULARY: Vocabulary = collect([" ".join(WORDS)])
NO_AUGMENTATION: dict[str, float] = {
    "splice": 0.0,
    "speed": 1.0,
    "word_speed": 1.0,
    "shift": 0.0,
    "scale": 0.0,
    "turn": 0.0,
    "flip": 0.0,
    "gamma": 1.0,
    "noise": 0.0,
    "erase": 0.0,
    "hold": 0.0,
    "retake": 0.0,
    "rest": 0.0,
    "trim": 0.0,
}


def small_recipe(task: str = "sentence", **sections: dict[str, object]) -> Recipe:
    """A recipe for `utterance`s, with other values in some of its sections."""
    table: dict[str, dict[str, object]] = {
        "crop": {"width": WIDTH, "height": HEIGHT, "margin": MARGIN},
        "network": {
            "frames": 3,
            "ahead": 1,
            "channels": [4, 4, 8],
            "features": 8,
            "units": 8,
            "layers": 1,
            "dropout": 0.3,
        },
        "augment": {**NO_AUGMENTATION, "splice": 0.5},
        "fit": {
            "epochs": 4,
            "batch": 4,
            "warmup": 1,
            "rate": 1e-2,
            "shortest": 14,
            "longest": 14,
            "precision": "float32",
        },
    }
    for name, values in sections.items():
        table[name] = table.get(name, {}) | values
    return recipe_from_dict({"name": "small", "task": task, **table})


def sentences() -> Learning:
    """How to learn to read `corpus`."""
    return learn(small_recipe(), [" ".join(WORDS)])


def utterance(*text: str, aligned: bool = True) -> Example:
    """14 frames in which two words are said."""
    images = np.full((14, HEIGHT + 2 * MARGIN, WIDTH + 2 * MARGIN), 60, np.uint8)
    for (start, end), word in zip(SPANS, text, strict=True):
        column = MARGIN + 1 + 8 * WORDS.index(word)
        images[int(start) : int(end), 4:16, column : column + 5] = 200
    return Example({"stack": images}, " ".join(text), SPANS if aligned else ())


def corpus() -> list[Example]:
    """Twelve utterances, in which every word stands at either place."""
    return [utterance(WORDS[k % 3], WORDS[k // 3 % 3]) for k in range(12)]


def near(lengths: Sequence[int], frames: int, ahead: int) -> np.ndarray:
    """The neighbours of each crop of utterances that lie one after the other."""
    recipe = small_recipe(network={"frames": frames, "ahead": ahead})
    return TrainingInputs(recipe).near(lengths)
