"""Attention mesh: the points of a face, of which those of the lips are looked at twice.

Grishchenko et al., "Attention Mesh: High-fidelity Face Mesh Prediction in Real-time", 2020. One
network gives 468 points and features of the whole face; where the lips are by these points, the
features are looked up again, turned upright and to one size, and a second, small network gives the
80 points of the lips anew. They close and open as lips do, where those of the older mesh follow
half of it, for a tenth more time.
"""

from pathlib import Path

import numpy as np

from ...runtime.interpreter import open_interpreter
from ...system.opencv import cv2
from .blazeface import FaceDetector, Region
from .landmarks import SIZE, LandmarkTracker, cut_face, placed

MODEL = Path(__file__).with_name("attention.tflite")
"""Both networks, cut out of MediaPipe's (Apache-2.0; `python -m scripts.attention_mesh`)."""
FACE, LIPS = "face", "lips"
"""Its signatures: pixels → mesh, presence, features; features → points."""
_LINES = (
    "61 146 91 181 84 17 314 405 321 375 291 185 40 39 37 0 267 269 270 409",
    "78 95 88 178 87 14 317 402 318 324 308 191 80 81 82 13 312 311 310 415",
    "76 77 90 180 85 16 315 404 320 307 306 184 74 73 72 11 302 303 304 408",
    "62 96 89 179 86 15 316 403 319 325 292 183 42 41 38 12 268 271 272 407",
)
CONTOURS = np.array([line.split() for line in _LINES], int)
"""(4, 20): the points that the second network gives, in its order, as MediaPipe's graph
`face_landmarks_model_loader` maps them: the outer contour of the lips, the inner one, and two
between; of each the corners and the lower lip from the person's right, then the upper one."""
_POINTS = CONTOURS.ravel()
_RIGHT_CORNER, _LEFT_CORNER = 0, 10
"""Of the lips: places in the outer contour."""
_WINDOW = 16
"""Places of the lips' features, along and across."""
_MIDDLE = np.full(2, _WINDOW / 2)
_FINER = 4
"""Units of the second network's points in a place."""
_ROOM = 1.5
"""How much larger than the lips their window is."""


class AttentionMesh:
    """The points of the face in a region of a picture; as `FaceMesh`."""

    fine = True

    def __init__(self, model: Path = MODEL, threads: int = 1) -> None:
        interpreter = open_interpreter(model, threads=threads)
        self._face, self._lips = interpreter.signature(FACE), interpreter.signature(LIPS)

    def points(self, image: np.ndarray, region: Region) -> tuple[np.ndarray, float]:
        """See `FaceMesh.points`."""
        pixels, to_picture = cut_face(image, region)
        found = self._face(pixels=pixels)
        mesh, features = found["mesh"].reshape(-1, 3), found["features"][0]
        before = mesh.take(_POINTS, axis=0)[:, :2]
        window = lips_window(before, before[_RIGHT_CORNER], before[_LEFT_CORNER])
        looked = look_up(features, window * (features.shape[0] / SIZE))
        lips = self._lips(features=looked[None])["points"].reshape(-1, 2)
        mesh[_POINTS, :2] = lips @ (window[:, :2].T / _FINER) + window[:, 2]
        return placed(mesh, found["presence"].item(0), to_picture)


def lips_window(lips: np.ndarray, right: np.ndarray, left: np.ndarray) -> np.ndarray:
    """(2, 3): from places in the window of `_WINDOW` by `_WINDOW` to where they are on the face.

    `lips`: (80, 2), in pixels of the face; `right`, `left`: (2,), the corners, which are level in
    the window. As MediaPipe's operator Landmarks2TransformMatrix has it.
    """
    across, down = left - right
    angle = np.arctan2(down, across)
    cos, sin = np.cos(angle), np.sin(angle)
    upright = np.array([[cos, -sin], [sin, cos]])
    level = lips @ upright
    low, high = np.minimum.reduce(level), np.maximum.reduce(level)
    window = np.empty((2, 3))
    turn = np.multiply(upright, (high - low) * (_ROOM / _WINDOW), out=window[:, :2])
    window[:, 2] = upright @ ((low + high) / 2) - turn @ _MIDDLE
    return window


def look_up(features: np.ndarray, window: np.ndarray) -> np.ndarray:
    """What `features` (H, W, C) float32 are in each place of the `window` ((2, 3), to their places)
    → (16, 16, C), bilinear, zero outside. As MediaPipe's TransformTensorBilinear of version 2,
    where a place's middle is half a step from its edge; in OpenCV's steps of a 32nd."""
    matrix = window.copy()
    matrix[:, 2] += (window[:, :2].sum(1) - 1) / 2
    size, flags = (_WINDOW, _WINDOW), cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    looked: np.ndarray = cv2.warpAffine(features, matrix, size, flags=flags)
    return looked


def open_attention(threads: int) -> LandmarkTracker:
    """The tracker with this machine's face detector, fetched on first use; raises FetchError where
    it can't be had."""
    from .facemodels import locate

    return LandmarkTracker(FaceDetector(locate().detector, threads), AttentionMesh(MODEL, threads))
