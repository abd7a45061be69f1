"""Whatever a program has with pictures in it, as a source."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from ..errors import SourceError
from .frame import Closing, Frame, Source

FPS = 25.0
"""Of pictures without times, unless something else is said."""
Pictures = Source | Iterable[Frame | np.ndarray] | np.ndarray
"""A source, or what `as_source` makes one of."""
Given = Pictures | str | Path
"""The same, or a path or spec of one."""


class InMemory(Closing):
    """Pictures that the program has or makes, as a recording; those without a time get one."""

    name = "pictures in memory"
    live = False

    def __init__(self, pictures: Iterable[Frame | np.ndarray], fps: float) -> None:
        """Take frames as they are, and pictures at `fps` a second."""
        self._pictures = pictures
        self._fps = fps

    def __iter__(self) -> Iterator[Frame]:
        """Give the frames."""
        for index, picture in enumerate(self._pictures):
            yield picture if isinstance(picture, Frame) else Frame(picture, index / self._fps)

    def close(self) -> None:
        """Do nothing: the pictures are the program's."""


def as_source(given: Pictures, fps: float = FPS) -> Source:
    """A source of `given`: a source as it is, frames or pictures to iterate over, or one array
    (T, H, W, 3) or (T, H, W); paths and specs are for `open_source`. `fps` is that of pictures
    without times.

    Raises `SourceError` for anything else.
    """
    if all(hasattr(given, name) for name in ("name", "live", "close", "__iter__")):
        return given  # type: ignore[return-value]
    if not fps > 0:
        raise SourceError(f"pictures can't be played at {fps} a second: give an fps above 0")
    if isinstance(given, np.ndarray):
        if given.ndim not in (3, 4) or (given.ndim == 3 and given.shape[2] in (1, 3, 4)):
            raise SourceError(
                f"an array of the shape {given.shape} is no film: give (T, H, W, 3) or (T, H, W)"
            )
    elif not isinstance(given, Iterable):
        raise SourceError(
            f"{type(given).__name__} is no source: give a path, a source, an array, or frames to "
            "iterate over"
        )
    return InMemory(given, fps)
