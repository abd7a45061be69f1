"""A take as a video file."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np

from ..errors import EdgeLipError
from ..sources.video import DEFAULT_FPS
from ..system.files import replacing
from ..system.opencv import cv2
from .take import Take

SUFFIX: Final = ".mp4"
CODEC: Final = "mp4v"
"""MPEG-4, which every OpenCV writes."""


def save_film(path: Path, take: Take) -> int:
    """Write the pictures of `take`, all at once, and return how many there are in the file.

    A video's pictures are as far apart as each other: where some were dropped, the nearest stands
    in. Raises EdgeLipError where nothing can be written, or not all of it.
    """
    fps = take.fps or DEFAULT_FPS
    return write_film(path, _pictures(take, fps), fps)


def write_film(path: Path, images: Iterable[np.ndarray], fps: float) -> int:
    """Write BGR images, one at least, all of one size and as far apart as each other, and return
    how many there are in the file. Raises EdgeLipError where nothing can be written, or not all.
    """
    images = iter(images)
    first = next(images)
    with replacing(path) as temporary:
        codec, size = cv2.VideoWriter.fourcc(*CODEC), first.shape[1::-1]
        writer = cv2.VideoWriter(str(temporary), codec, fps, size)
        if not writer.isOpened():
            raise EdgeLipError(f"can't write {path}: this OpenCV makes no {CODEC} video")
        try:
            written = 0
            for image in chain((first,), images):
                writer.write(image)
                written += 1
        finally:
            writer.release()
        # The writer does not say so where the disk is full.
        if _count(temporary) != written:
            raise EdgeLipError(f"can't write {path}: is the disk full?")
    return written


def _pictures(take: Take, fps: float) -> Iterator[np.ndarray]:
    """Those of `_evenly`, all of the size of the take's first."""
    size = take.seen[0].size
    for picture in _evenly(take, fps):
        image = cv2.imdecode(picture, cv2.IMREAD_COLOR)
        assert image is not None
        if image.shape[1::-1] != size:  # a camera that was opened again may have another
            image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        yield image


def _evenly(take: Take, fps: float) -> Iterator[np.ndarray]:
    """The picture that is nearest to each moment."""
    times = np.array([one.time for one in take.seen])
    for step in range(round(take.seconds * fps) + 1):
        picture = take.seen[int(np.abs(times - times[0] - step / fps).argmin())].picture
        assert picture is not None
        yield picture


def _count(path: Path) -> int:
    """How many pictures of a video file can be read."""
    capture = cv2.VideoCapture(str(path))
    try:
        count = 0
        while capture.grab():
            count += 1
        return count
    finally:
        capture.release()
