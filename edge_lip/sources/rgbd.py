"""A recording of a colour-and-depth camera, as a folder of numbered pictures."""

import logging
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import SourceError
from ..system.opencv import cv2
from .checked import checked
from .frame import Closing, Frame
from .pictures import PICTURE_SUFFIXES

RECORDING_FPS = 15.0
"""Unless something else is said: that of MIRACL-VC1."""
MIN_READABLE = 0.8
"""A recording with fewer of its colour pictures readable is damaged; with more, each unreadable one
is a missing frame like any other."""
SMEARED = 16
"""Under this, depth in a JPEG file was not measured: compression leaves no zero a zero."""

_log = logging.getLogger(__name__)

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


class Recording(Closing):
    """The colour pictures in the order of their numbers, each with its depth where there is one.

    A number that is missing leaves a gap in time.
    """

    live = False

    def __init__(self, folder: Path, pictures: Numbered, fps: float):
        """Take the `pictures` of `folder` as `fps` numbers per second."""
        if not fps > 0:
            raise SourceError(f"{folder} can't be played at {fps} frames per second")
        self.name = str(folder)
        self._folder = folder
        self._pictures = pictures
        self._fps = fps

    def __iter__(self) -> Iterator[Frame]:
        """Give the frames; raises `SourceError` when too many can't be read, and what `checked`
        does."""
        return checked(self._read(), self.name)

    def close(self) -> None:
        """Do nothing: every file is closed once read."""

    def _read(self) -> Iterator[Frame]:
        color, depth = self._pictures.color, self._pictures.depth
        first = min(color)
        broken = 0
        for number, file in color.items():
            image = cv2.imread(str(self._folder / file), cv2.IMREAD_COLOR)
            if image is None:
                broken += 1
                if len(color) - broken < MIN_READABLE * len(color):
                    raise SourceError(
                        f"{self.name}: {broken} or more of {len(color)} pictures can't be read, "
                        f"{file} among them: repair or remove them"
                    )
                _log.warning("%s/%s can't be read as a picture: skipped", self.name, file)
                continue
            measured = self._depth(depth[number], image) if number in depth else None
            yield Frame(image, (number - first) / self._fps, measured)

    def _depth(self, file: str, image: np.ndarray) -> np.ndarray | None:
        """One channel, of the size of `image`; None for anything else: it can't be registered."""
        depth = cv2.imread(str(self._folder / file), cv2.IMREAD_UNCHANGED)
        if depth is None or depth.shape[:2] != image.shape[:2] or depth.dtype.kind != "u":
            return None
        depth = depth if depth.ndim == 2 else depth[..., 0]
        if file.lower().endswith((".jpg", ".jpeg")):
            depth = np.where(depth < SMEARED, 0, depth).astype(depth.dtype)
        return depth
