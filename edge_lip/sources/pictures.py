"""A folder of pictures as a film."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from ..errors import SourceError
from ..system.opencv import cv2
from .checked import checked
from .frame import Closing, Frame

PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".ppm")
PICTURES_FPS = 25.0
"""Unless something else is said."""


class Pictures(Closing):
    """Picture files, one after the other at a steady rate."""

    live = False

    def __init__(self, folder: Path, files: Sequence[Path], fps: float):
        """Take `files` in their given order as `fps` frames per second."""
        if not fps > 0:
            raise SourceError(f"{folder} can't be played at {fps} frames per second")
        self.name = str(folder)
        self._files = files
        self._fps = fps

    def __iter__(self) -> Iterator[Frame]:
        """Give the pictures; raises `SourceError` on one that can't be read, and what `checked`
        does."""
        return checked(self._read(), self.name)

    def close(self) -> None:
        """Do nothing: every file is closed once read."""

    def _read(self) -> Iterator[Frame]:
        for index, path in enumerate(self._files):
            image = cv2.imread(str(path), cv2.IMREAD_COLOR)
            if image is None:
                raise SourceError(f"{path} can't be read as a picture: repair or remove it")
            yield Frame(image, index / self._fps)
