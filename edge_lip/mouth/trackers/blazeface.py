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
UPRIGHT, TURNED = 0.85, 0.1
"""A face that stands on its head is taken for one that does not, and its mouth is sought in its
forehead. A face that is more certain than this is upright; one that is so much more certain in the
picture turned by 180 degrees is not. Of 36 people, 24 of them GRID's, upright ones have 0.86 to
0.99, the same on their heads 0.48 to 0.78, and on either side 0.66 to 0.89 both ways."""
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
        """The region of the face in `image` ((H, W, 3) uint8 BGR), or None. It may lie on its side
        or, as below a camera that hangs from the ceiling, on its head."""
        score, region = self._best(image)
        if score < UPRIGHT:
            turned_score, turned = self._best(cv2.rotate(image, cv2.ROTATE_180))
            if turned_score > score + TURNED:
                height, width = image.shape[:2]
                x, y, angle = width - turned.x, height - turned.y, turned.angle + np.pi
                score, region = turned_score, Region(x, y, turned.size, angle)
        return region if score >= MIN_SCORE else None

    def _best(self, image: np.ndarray) -> tuple[float, Region]:
        """How certain the most certain face is, 0 to 1, and where it would be."""
        boxes, scores = self._find(image)
        best = int(np.argmax(scores))
        height, width = image.shape[:2]
        side = max(height, width)
        box = boxes[best]
        right_eye, left_eye = box[2:4]
        eyes = (left_eye - right_eye) * side
        x, y = box[0] * side - ((side - width) / 2, (side - height) / 2)
        size = 1.5 * side * float(box[1].max())
        angle = float(np.arctan2(eyes[1], eyes[0]))
        return float(scores[best]), Region(float(x), float(y), size, angle)

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
        small = cv2.warpAffine(
            np.ascontiguousarray(image), matrix, (SIZE, SIZE), flags=cv2.INTER_LINEAR
        )
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
