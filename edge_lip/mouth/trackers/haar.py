"""Viola-Jones face detection with OpenCV's Haar cascade: for a machine without face models.

It finds upright, frontal faces and knows nothing of lips: the mouth is where a mouth is on a face
of that size. Where that is was measured against the landmark tracker on 20 GRID clips (every 51st
of the train list of s1, one each of five other people; 1,499 frames, the face found in all):

* proportions, `EYES_DOWN` and so on: median over the six people of each one's median;
* what is left: the mouth is 6 crop pixels off in the median, 11 at most in 95 % of the frames, most
  of it a person's own constant (the longest chin's is 13); its size is off by -5 to +6 %.
"""

import numpy as np

from ...errors import FaceError
from ...system.opencv import cv2
from ..pose import Pose

CASCADE = "haarcascade_frontalface_default.xml"
SHORT_SIDE = 240
"""Pictures are shrunk to this before the search; the cascade's cost grows with the area."""
EYES_DOWN, MOUTH_DOWN, EYE_DISTANCE = 0.406, 0.808, 0.495
"""Of the face square's side: eye line, mouth middle, distance of the outer eye corners."""


class HaarTracker:
    """The largest frontal face, anew in every picture."""

    def __init__(self) -> None:
        folder = getattr(getattr(cv2, "data", None), "haarcascades", None)
        if folder is None or not hasattr(cv2, "CascadeClassifier"):
            raise FaceError(
                "this OpenCV has no Haar cascades (4.x has, 5.0 does not): "
                'pip install "opencv-python-headless<5", or use --tracker landmarks'
            )
        self._cascade = cv2.CascadeClassifier(folder + CASCADE)

    def reset(self) -> None:
        """Nothing is remembered."""

    def faces(self, image: np.ndarray) -> int:
        """See `FaceCounter.faces`."""
        return len(self._find(image))

    def track(self, image: np.ndarray, time: float) -> Pose | None:
        """See `Tracker.track`."""
        faces = self._find(image)
        if not len(faces):
            return None
        x, y, side = max(faces, key=lambda face: face[2])
        middle = x + side / 2
        return Pose(
            x=middle,
            y=y + MOUTH_DOWN * side,
            scale=EYE_DISTANCE * side,
            angle=0.0,
            eyes=(middle, y + EYES_DOWN * side),
            score=1.0,
        )

    def _find(self, image: np.ndarray) -> list[tuple[float, float, float]]:
        """Left, top and side of each face, pixels."""
        shrink = min(1.0, SHORT_SIDE / min(image.shape[:2]))
        grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
        if shrink < 1:
            grey = cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
        faces = self._cascade.detectMultiScale(grey, 1.1, 5, minSize=(40, 40))
        return [(x / shrink, y / shrink, side / shrink) for x, y, side, _ in faces]


def open_haar(threads: int) -> HaarTracker:
    """The tracker; `threads` are for others. Raises FaceError where OpenCV has no cascades."""
    return HaarTracker()
