"""Where pictures come from: video files, folders, cameras. All give frames with a time."""

from .frame import Frame, Source
from .registry import expand, open_source

__all__ = ["Frame", "Source", "expand", "open_source"]
