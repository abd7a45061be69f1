"""Reads lips, offline, on small devices: video in, text out.

import edge_lip

print(edge_lip.read("clip.mp4").text)

with edge_lip.open_reader() as reader:
    for event in reader.stream("clip.mp4"):
        if event.kind == "final":
            print(event.text)
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import errors
    from .errors import EdgeLipError
    from .events import Event
    from .model.file import open_model
    from .model.shipped import models
    from .reading.observation import Observation
    from .reading.opening import open_reader
    from .reading.reader import Reader
    from .reading.teaching import teach
    from .reading.transcript import Transcript, read
    from .sources.frame import Frame
    from .sources.specs import open_source

__version__ = "0.1.0"
__all__ = [
    "EdgeLipError",
    "Event",
    "Frame",
    "Observation",
    "Reader",
    "Transcript",
    "errors",
    "models",
    "open_model",
    "open_reader",
    "open_source",
    "read",
    "teach",
]

_HOMES = {
    "EdgeLipError": "errors",
    "Event": "events",
    "Frame": "sources.frame",
    "Observation": "reading.observation",
    "Reader": "reading.reader",
    "Transcript": "reading.transcript",
    "models": "model.shipped",
    "open_model": "model.file",
    "open_reader": "reading.opening",
    "open_source": "sources.specs",
    "read": "reading.transcript",
    "teach": "reading.teaching",
}


def __getattr__(name: str) -> Any:
    """The public names, imported when first asked for: `edge-lip --help` needs none of them."""
    if name == "errors":
        return importlib.import_module(f"{__name__}.errors")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """The public names, and the version."""
    return [*__all__, "__version__"]
