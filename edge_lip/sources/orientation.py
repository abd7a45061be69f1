"""How a picture has to be turned to be upright, and a source whose pictures are turned so."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from ..system.specs import one_of
from . import FLIPS, ROTATIONS
from .frame import Closing, Frame, Source

KEYS = {"rotate": one_of(ROTATIONS), "flip": one_of({flip: flip for flip in FLIPS})}
"""The settings that every source has beside its own."""


@dataclass(frozen=True)
class Orientation:
    """Rows for columns first, where they are exchanged; then the two flips."""

    transposed: bool = False
    horizontal: bool = False
    vertical: bool = False

    @classmethod
    def of(cls, rotate: int = 0, flip: str | None = None) -> Self:
        """Rotated clockwise by `rotate` degrees, one of `ROTATIONS`, then flipped by `flip`."""
        return cls(
            transposed=rotate in (90, 270),
            horizontal=(rotate in (90, 180)) != (flip == "horizontal"),
            vertical=(rotate in (180, 270)) != (flip == "vertical"),
        )

    @classmethod
    def of_matrix(cls, right: tuple[int, int], down: tuple[int, int]) -> Self:
        """Of a display matrix as FFmpeg has it: where a step to the right and one down of the
        stored picture go in the one that is shown, x and y."""
        transposed = abs(right[1]) > abs(right[0])
        across, along = (down[0], right[1]) if transposed else (right[0], down[1])
        return cls(transposed, across < 0, along < 0)

    def apply(self, image: np.ndarray) -> np.ndarray:
        """`image` (H, W) or (H, W, C), turned; itself where nothing is to be turned."""
        if self == UPRIGHT:
            return image
        if self.transposed:
            image = image.swapaxes(0, 1)
        if self.horizontal:
            image = image[:, ::-1]
        if self.vertical:
            image = image[::-1]
        return np.ascontiguousarray(image)


UPRIGHT = Orientation()


class Turned(Closing):
    """The frames of a source, turned."""

    def __init__(self, source: Source, orientation: Orientation) -> None:
        """Take over `source`."""
        self.name, self.live = source.name, source.live
        self._source = source
        self._orientation = orientation

    def __iter__(self) -> Iterator[Frame]:
        """Give the frames."""
        for frame in self._source:
            depth = None if frame.depth is None else self._orientation.apply(frame.depth)
            yield replace(frame, image=self._orientation.apply(frame.image), depth=depth)

    def close(self) -> None:
        """Close the source."""
        self._source.close()


def turned_by(settings: Mapping[str, Any]) -> Callable[[Closing], Closing]:
    """What turns a source by settings with the names of `KEYS`."""
    orientation = Orientation.of(settings.get("rotate", 0), settings.get("flip"))
    if orientation == UPRIGHT:
        return lambda source: source
    return lambda source: Turned(source, orientation)
