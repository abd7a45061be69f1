"""Reads lips, offline, on small devices: video in, text out.

import edge_lip

with edge_lip.open_reader() as reader:
    for event in reader.read("clip.mp4"):
        print(event.text, event.confidence)
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .events import Event
    from .model.file import open_model
    from .reading.reader import Reader, open_reader
    from .sources.frame import Frame
    from .sources.specs import open_source

__version__ = "0.1.0"
__all__ = ["Event", "Frame", "Reader", "open_model", "open_reader", "open_source"]

_HOMES = {
    "Event": "events",
    "Frame": "sources.frame",
    "Reader": "reading.reader",
    "open_model": "model.file",
    "open_reader": "reading.reader",
    "open_source": "sources.specs",
}


def __getattr__(name: str) -> Any:
    """The public names, imported when first asked for: `edge-lip --help` needs none of them."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
