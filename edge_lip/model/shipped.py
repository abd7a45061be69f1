"""The models that come with edge-lip, by name."""

from pathlib import Path

from ..errors import ModelError

MODELS = Path(__file__).parents[1] / "models"
"""Where the models that come with edge-lip lie."""
SHIPPED, TALKERS = "grid", "talker"
"""What people are read with, and the rendered talker, unless another model is named."""


def models() -> dict[str, Path]:
    """The files of the models that come with edge-lip, by the names that `open_reader` takes."""
    return {path.stem: path for path in sorted(MODELS.glob("*.tflite"), key=lambda path: path.stem)}


def names_model(word: str) -> bool:
    """Whether `word` names a model on the face of it: one that comes along, or a .tflite file."""
    return word in models() or Path(word).suffix == ".tflite"


def find_model(model: str | Path | None = None, default: str = SHIPPED) -> Path:
    """The file that `model` is, or what comes with edge-lip under that name; None is `default`.

    Raises `ModelError` for what is neither: no name, no file, and without a suffix as files have.
    """
    if not model:
        return shipped_model(default)
    there = models()
    if str(model) in there:
        return there[str(model)]
    path = Path(model)
    if not path.suffix and not path.exists():
        raise ModelError(
            f"no model {model}: there is no such file, and those that come with edge-lip are "
            f"{', '.join(there) or 'none'}"
        )
    return path


def shipped_model(name: str = SHIPPED) -> Path:
    """The model that comes with edge-lip under that name; raises `ModelError` when none does."""
    path = MODELS / f"{name}.tflite"
    if not path.is_file():
        raise ModelError(f"no model {name} comes with this edge-lip: give a file as MODEL")
    return path
