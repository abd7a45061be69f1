"""Face Mesh: 468 points of a face, and the tracker built on them.

Kartynnik et al., "Real-time Facial Surface Geometry from Monocular Video on Mobile GPUs", 2019.
The face's place in the next frame comes from its points in this one, as in MediaPipe's
`face_landmark_front` graph; the detector runs only when that fails.
"""

import math
from pathlib import Path
from typing import Protocol

import numpy as np

from ...runtime.interpreter import open_interpreter
from ...system.opencv import cv2
from ..pose import Pose
from .blazeface import FaceDetector, Region

SIZE = 192
MIDDLE = np.full(2, SIZE / 2)
WHITE = np.float32(255)
MIN_PRESENCE = 0.5
RIGHT_EYE, LEFT_EYE = 33, 263
"""Outer corners, of the person's right and left."""
RIGID = np.array([33, 133, 362, 263, 168, 6])
"""Eye corners and nose bridge: they move with the head alone."""
MOUTH_MIDDLE = np.array([61, 291, 13, 14])
"""Corners and inner edges of the lips."""
OUTER_LIP: tuple[int, ...] = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375)
OUTER_LIP += (291, 409, 270, 269, 267, 0, 37, 39, 40, 185)
INNER_LIP: tuple[int, ...] = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324)
INNER_LIP += (308, 415, 310, 311, 312, 13, 82, 81, 80, 191)
LIPS = np.array(OUTER_LIP + INNER_LIP)
CHIN = 152


class FaceMesh:
    """The points of the face in a region of a picture."""

    fine = False

    def __init__(self, model: Path, threads: int = 1) -> None:
        self._interpreter = open_interpreter(model, threads=threads)

    def points(self, image: np.ndarray, region: Region) -> tuple[np.ndarray, float]:
        """(468, 3) float32 in picture pixels, and how certain a face is there, 0 to 1.

        The third coordinate is the depth, away from the camera, from about the head's middle.
        `image`: (H, W, 3) uint8 BGR.
        """
        pixels, to_picture = cut_face(image, region)
        outputs = sorted(self._interpreter.invoke(pixels), key=np.size)
        mesh = outputs[-1].reshape(-1, 3)
        return placed(mesh, outputs[0].item(0), to_picture)


class Mesh(Protocol):
    """Finds the points of a face; see `FaceMesh`."""

    fine: bool
    """See `Pose.fine`."""

    def points(self, image: np.ndarray, region: Region) -> tuple[np.ndarray, float]: ...


def cut_face(image: np.ndarray, region: Region) -> tuple[np.ndarray, np.ndarray]:
    """The `region` of an `image` ((H, W, 3) uint8 BGR) as a mesh takes it, (1, 192, 192, 3)
    float32 RGB from 0 to 1; and the affine map (2, 3) that leads from its pixels to those of the
    picture."""
    step = region.size / SIZE
    cos, sin = np.cos(region.angle) * step, np.sin(region.angle) * step
    to_picture = np.array([[cos, -sin, region.x], [sin, cos, region.y]])
    to_picture[:, 2] -= to_picture[:, :2] @ MIDDLE
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    face = cv2.warpAffine(image, to_picture, (SIZE, SIZE), flags=flags)
    cv2.cvtColor(face, cv2.COLOR_BGR2RGB, face)  # arrays of this size are not had for nothing
    return np.divide(face, WHITE, dtype=np.float32)[np.newaxis], to_picture


def placed(mesh: np.ndarray, presence: float, to_picture: np.ndarray) -> tuple[np.ndarray, float]:
    """What `FaceMesh.points` gives, of a `mesh` ((468, 3)) in pixels of what `cut_face` cut, and
    the logit of a face's `presence`."""
    score = 1 / (1 + math.exp(-min(max(presence, -80.0), 80.0)))
    (cos, across, x), (sin, down, y) = to_picture.tolist()
    turn = np.array([[cos, sin, 0.0], [across, down, 0.0], [0.0, 0.0, math.hypot(cos, sin)]])
    # NumPy takes three times as long for factors of two kinds.
    points = mesh.astype(np.float64) @ turn
    points += (x, y, 0.0)
    return points.astype(np.float32), score


class LandmarkTracker:
    """Detect once, then follow by landmarks."""

    def __init__(self, detector: FaceDetector, mesh: Mesh) -> None:
        self._detector, self._mesh = detector, mesh
        self._region: Region | None = None
        self._pose: Pose | None = None

    def reset(self) -> None:
        """Forget the face."""
        self._region = self._pose = None

    def expect(self, pose: Pose) -> None:
        """The face has gone to `pose` since it was seen: it is looked for there."""
        if self._region is not None and self._pose is not None:
            self._region = _carried(self._region, self._pose, pose)

    def track(self, image: np.ndarray, time: float) -> Pose | None:
        """See `Tracker.track`."""
        if self._region is not None:
            pose = self._follow(image, self._region)
            if pose is not None:
                return pose
        region = self._detector.detect(image)
        return None if region is None else self._follow(image, region)

    def faces(self, image: np.ndarray) -> int:
        """See `FaceCounter.faces`."""
        return self._detector.count(image)

    def _follow(self, image: np.ndarray, region: Region) -> Pose | None:
        points, score = self._mesh.points(image, region)
        self._region = _next_region(points) if score >= MIN_PRESENCE else None
        self._pose = None
        if self._region is not None:
            self._pose = pose_of(points, score, self._mesh.fine)
        return self._pose


def open_landmarks(threads: int) -> LandmarkTracker:
    """The tracker with this machine's face models, fetched on first use; raises FetchError where
    they can't be had."""
    from .facemodels import locate

    models = locate()
    detector, mesh = FaceDetector(models.detector, threads), FaceMesh(models.landmarks, threads)
    return LandmarkTracker(detector, mesh)


def _next_region(surface: np.ndarray) -> Region:
    low, high = np.minimum.reduce(surface), np.maximum.reduce(surface)
    x, y, _ = ((low + high) / 2).tolist()
    wide, tall, _ = (high - low).tolist()
    across, down, _ = surface[LEFT_EYE] - surface[RIGHT_EYE]
    return Region(x, y, 1.5 * max(wide, tall), float(np.arctan2(down, across)))


def _carried(region: Region, before: Pose, after: Pose) -> Region:
    """Where `region` of a face at `before` is when the face is at `after`."""
    grown, turned = after.scale / before.scale, after.angle - before.angle
    arm = complex(region.x - before.eyes[0], region.y - before.eyes[1])
    middle = complex(*after.eyes) + arm * grown * complex(np.exp(1j * turned))
    return Region(middle.real, middle.imag, region.size * grown, region.angle + turned)


def pose_of(surface: np.ndarray, score: float, fine: bool = False) -> Pose:
    """The mouth on a face of those points ((468, 3), pixels); `fine` as in `Pose`."""
    across, down, deeper = surface[LEFT_EYE] - surface[RIGHT_EYE]
    x, y, _ = _middle(surface, MOUTH_MIDDLE)
    eye_x, eye_y, _ = _middle(surface, RIGID)
    scale = np.hypot(across, down)
    return Pose(
        x=x,
        y=y,
        scale=float(scale),
        angle=float(np.arctan2(down, across)),
        eyes=(eye_x, eye_y),
        score=score,
        yaw=float(np.arctan2(deeper, scale)),
        lips=surface.take(LIPS, axis=0)[:, :2],
        chin=surface[CHIN, :2],
        fine=fine,
    )


def _middle(surface: np.ndarray, which: np.ndarray) -> list[float]:
    middle: list[float] = (np.add.reduce(surface.take(which, axis=0)) / len(which)).tolist()
    return middle
