"""Any model that a conversion can start from, in Keras 3 and with a manifest."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from edge_lip.errors import ModelError
from training.trained.read import build, load, load_with_keras, look
from training.trained.trained import Trained

from .description import Description
from .foreign import make_foreign
from .legacy import load_legacy
from .reference import Reference, compare_with_writer
from .saved_model import check_folder, load_saved_model
from .whole import Whole


def load_any(path: Path, description: Description | None) -> Trained | Whole:
    """A model of `edge-lip train` where nothing is said about it, else `load_described`."""
    if description is not None:
        return load_described(path, description)
    if path.is_dir():
        check_folder(path)
    return load(path)


def load_described(path: Path, description: Description) -> Trained | Whole:
    """Load anyone's model: an `.h5` or `.keras` file, or the folder of a SavedModel.

    Raises `ModelError` as `load` does, and when the model is not what the description says.
    """
    model = _build(path)
    try:
        return make_foreign(model, replace(description, name=description.name or path.stem))
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error


def read_reference(path: Path, description: Description | None) -> Reference | None:
    """What a file of others is to be compared with; None of a model of `edge-lip train` and of a
    SavedModel, which is a graph and no network of any Keras.

    Raises `ModelError` where its own version of Keras computes something else.
    """
    if description is None or path.is_dir():
        return None
    return compare_with_writer(path, _build(path))


def _build(path: Path) -> Any:
    """Its network in Keras 3."""
    if path.is_dir():
        check_folder(path)
        return build(path, load_saved_model)
    content = look(path)
    if content.manifest is not None:
        raise ModelError(f"{path} says itself what it is: leave out --describe and --set")
    version = content.keras_version
    if version.startswith("1."):
        raise ModelError(
            f"{path} was written by Keras {version}, whose layers and weights are other ones: load "
            "it with Keras 2.2 and save it again"
        )
    if version < "3":
        return build(path, partial(load_legacy, config=content.config))
    return build(path, load_with_keras(content.config))
