"""BlazeFace short-range: where the face is. Run only when it is not known from the frame before.

Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs", 2019; anchors
and decoding as in MediaPipe's `face_detection_short_range` graph.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...runtime.interpreter import open_interpreter
from ...system.opencv import cv2

SIZE = 128
STRIDES_AND_ANCHORS = ((8, 2), (16, 6))
"""Cell size in pixels and anchors per cell of the two output grids."""
MIN_SCORE = 0.5
MOST_OVERLAP = 0.3
"""Of two boxes that are of two faces, over their union; as in MediaPipe's graph."""


@dataclass(frozen=True)
class Region:
    """A turned square around a face, in picture pixels."""

    x: float
    y: float
    size: float
    angle: float


class FaceDetector:
    """The most certain face of a picture."""

    def __init__(self, model: Path, threads: int = 1) -> None:
        self._interpreter = open_interpreter(model, threads=threads)
        self._anchors = _anchors()

    def detect(self, image: np.ndarray) -> Region | None:
        """The region of the face in `image` ((H, W, 3) uint8 BGR), or None."""
        boxes, scores = self._find(image)
        best = int(np.argmax(scores))
        if scores[best] < MIN_SCORE:
            return None
        height, width = image.shape[:2]
        side = max(height, width)
        box = boxes[best]
        right_eye, left_eye = box[2:4]
        eyes = (left_eye - right_eye) * side
        x, y = box[0] * side - ((side - width) / 2, (side - height) / 2)
        return Region(
            float(x),
            float(y),
            1.5 * side * float(box[1].max()),
            float(np.arctan2(eyes[1], eyes[0])),
        )

    def count(self, image: np.ndarray) -> int:
        """How many faces are in `image` ((H, W, 3) uint8 BGR)."""
        boxes, scores = self._find(image)
        corners = np.concatenate([boxes[:, 0] - boxes[:, 1] / 2, boxes[:, 1]], axis=1)
        found = cv2.dnn.NMSBoxes(corners.tolist(), scores.tolist(), MIN_SCORE, MOST_OVERLAP)
        return len(found)

    def _find(self, image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What each anchor sees: boxes (896, 8, 2), middle, size and six points, over the longer
        side of the picture made square; scores (896,), 0 to 1."""
        height, width = image.shape[:2]
        side = max(height, width)
        shrink = SIZE / side
        matrix = np.array(
            [
                [shrink, 0.0, (side - width) / 2 * shrink],
                [0.0, shrink, (side - height) / 2 * shrink],
            ]
        )
        small = cv2.warpAffine(image, matrix, (SIZE, SIZE), flags=cv2.INTER_LINEAR)
        pixels = cv2.cvtColor(small, cv2.COLOR_BGR2RGB).astype(np.float32) / 127.5 - 1.0
        outputs = self._interpreter.invoke(pixels[None])
        boxes, scores = sorted((o[0] for o in outputs), key=lambda o: -o.shape[-1])
        boxes = boxes.reshape(len(boxes), -1, 2) / SIZE
        boxes[:, 0] += self._anchors
        return boxes, 1 / (1 + np.exp(-np.clip(scores[:, 0], -80, 80)))


def _anchors() -> np.ndarray:
    """(896, 2) float32: anchor centres, relative to the input."""
    grids = []
    for stride, count in STRIDES_AND_ANCHORS:
        cells = SIZE // stride
        y, x = np.mgrid[0:cells, 0:cells]
        centres = (np.stack([x, y], -1).reshape(-1, 2) + 0.5) / cells
        grids.append(np.repeat(centres, count, axis=0))
    return np.concatenate(grids).astype(np.float32)
