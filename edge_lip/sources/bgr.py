"""Pictures of several layouts, as the one that everything else reads."""

from dataclasses import replace

import numpy as np

from ..errors import SourceError
from ..system.opencv import cv2
from .frame import Frame


def as_bgr(frame: Frame) -> Frame:
    """`frame` with an image (H, W, 3) uint8, BGR: itself where it has that, else a copy made of
    grey (H, W) or (H, W, 1), or of BGRA (H, W, 4).

    Raises `SourceError` for any other image.
    """
    image = frame.image
    if not isinstance(image, np.ndarray) or image.dtype != np.uint8:
        kind = image.dtype if isinstance(image, np.ndarray) else type(image).__name__
        raise SourceError(
            f"a picture is an array of uint8 from 0 to 255, not {kind}: convert it, such as by "
            "(255 * image).astype(np.uint8) where it is from 0 to 1"
        )
    channels = 1 if image.ndim == 2 else image.shape[2] if image.ndim == 3 else 0
    if not image.size or channels not in (1, 3, 4):
        raise SourceError(
            f"a picture of the shape {image.shape} can't be read: give (H, W, 3) BGR, (H, W) grey "
            "or (H, W, 4) BGRA, and not an empty one"
        )
    if channels == 3:
        return frame
    conversion = cv2.COLOR_GRAY2BGR if channels == 1 else cv2.COLOR_BGRA2BGR
    return replace(frame, image=cv2.cvtColor(np.ascontiguousarray(image), conversion))
