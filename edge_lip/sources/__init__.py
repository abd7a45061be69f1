"""Where pictures come from: video files, folders, cameras, streams. All give frames with a time."""

from .capture import follow
from .frame import Frame, Source
from .registry import expand, open_source
from .watch import Notice

__all__ = ["Frame", "Notice", "Source", "expand", "follow", "open_source"]
