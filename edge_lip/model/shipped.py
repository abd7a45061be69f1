"""The models that come with edge-lip, by name."""

from pathlib import Path

from ..errors import ModelError

MODELS = Path(__file__).parents[1] / "models"
"""Where the models that come with edge-lip lie."""
SHIPPED, TALKERS = "grid-s1", "talker"
"""What people are read with, and the rendered talker, unless another model is named."""


def find_model(model: str | Path | None = None, default: str = SHIPPED) -> Path:
    """The file that `model` is, or what comes with edge-lip under that name; None is `default`."""
    if model and not (MODELS / f"{model}.tflite").is_file():
        return Path(model)
    return shipped_model(str(model or default))


def shipped_model(name: str = SHIPPED) -> Path:
    """The model that comes with edge-lip under that name; raises `ModelError` when none does."""
    path = MODELS / f"{name}.tflite"
    if not path.is_file():
        raise ModelError(f"no model {name} comes with this edge-lip: give one with --model")
    return path
