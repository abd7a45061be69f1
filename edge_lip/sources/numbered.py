"""The files of a colour-and-depth recording: `color_001.jpg`, `depth_001.jpg`, ..."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from .pictures import PICTURE_SUFFIXES

_SUFFIX = "|".join(re.escape(suffix) for suffix in PICTURE_SUFFIXES)
_NAME = re.compile(rf"(color|depth)_(\d+)(?:{_SUFFIX})", re.IGNORECASE)


@dataclass(frozen=True)
class Numbered:
    """File names by frame number, in the order of the numbers."""

    color: dict[int, str]
    depth: dict[int, str]
    """Registered to the colour picture of the same number."""


def numbered_pictures(folder: Path) -> Numbered:
    """The recording in `folder`, from one listing of it; no file is opened."""
    kinds: dict[str, dict[int, str]] = {"color": {}, "depth": {}}
    with os.scandir(folder) as entries:
        for name in sorted(entry.name for entry in entries):
            if match := _NAME.fullmatch(name):
                kinds[match[1].lower()][int(match[2])] = name
    return Numbered(**{kind: dict(sorted(files.items())) for kind, files in kinds.items()})
