"""A trained model that goes on with clips of one more person."""

from dataclasses import replace
from pathlib import Path

from edge_lip.sources.labelled import CLIPS, TABLE
from training.trained.read import read_manifest

from ..data.splits import find_test_list
from ..evaluation.readings import model_recipe
from ..recipes.recipe import RENDERED, DataSection, Recipe
from .initial_weights import find_start

EPOCHS = 100
"""For a handful of clips each is one batch: minutes in all."""
RATE = 3e-4
"""A quarter of the usual: a higher one forgets other people sooner than it learns this one."""
KEPT = 0.5
"""Half way to where the clips lead: most of what there is to gain, at half of what is forgotten."""
SUFFIX = "-adapted"


def adapted(start: Path, root: Path) -> Recipe:
    """The recipe by which the model `start` goes on with the clips under `root`: its own, of these
    clips alone, with all classes that it knows.

    The clips are a folder's where that looks like one (a table, or a folder of labels), and
    otherwise laid out as those that the model has learned from. The list `test.txt`, where there is
    one, or every fifth clip is kept to test on. Raises ModelError when it is no model of
    `edge-lip train`, RecipeError where that says of no recipe.
    """
    recipe = model_recipe(read_manifest(find_start(start)))
    folder = (root / TABLE).is_file() or (root / CLIPS).is_dir() or recipe.data.dataset == RENDERED
    listed = find_test_list(root).is_file()
    data = DataSection(
        dataset="folder" if folder else recipe.data.dataset,
        by="list" if listed else "share",
        validation=0,
        known=True,
    )
    fit = replace(recipe.fit, epochs=EPOCHS, rate=RATE, kept=KEPT, points=0, alone=0)
    name = recipe.name.removesuffix(SUFFIX) + SUFFIX
    return replace(recipe, name=name, credit="", data=data, fit=fit)
