"""The shape of what every encoder sees."""

from ...recipes.recipe import Recipe


def stack_shape(recipe: Recipe) -> tuple[int, int, int]:
    """Height, width and channels of a stack: its frames, each with its planes."""
    crop = recipe.crop
    return crop.height, crop.width, recipe.network.frames * (2 if crop.depth else 1)
