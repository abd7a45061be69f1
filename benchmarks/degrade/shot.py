"""A clip that has been decoded, and where the face is in it."""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from edge_lip.errors import FaceError
from edge_lip.mouth.trackers.blazeface import FaceDetector
from edge_lip.mouth.trackers.facemodels import locate
from edge_lip.mouth.trackers.landmarks import LEFT_EYE, RIGHT_EYE, FaceMesh
from edge_lip.sources.frame import Frame
from edge_lip.system.opencv import cv2

STEADY = 2.0
"""Frames, sigma: landmarks jitter, and what is warped by them must not."""


@dataclass(frozen=True)
class Shot:
    """The frames of a clip, at least one, all of one size."""

    name: str
    frames: tuple[Frame, ...]

    @cached_property
    def faces(self) -> np.ndarray:
        """(T, 468, 3) float32: the face mesh in every frame, in pixels, smoothed over time.

        A frame without a face has that of the nearest one with. Raises FaceError where there is
        none at all.
        """
        models = locate()
        detector, mesh = FaceDetector(models.detector), FaceMesh(models.landmarks)
        found = {}
        for number, frame in enumerate(self.frames):
            region = detector.detect(frame.image)
            if region is not None:
                found[number] = mesh.points(frame.image, region)[0]
        if not found:
            raise FaceError(f"{self.name} has no face that could be moved")
        seen = np.array(list(found))
        nearest = np.abs(seen - np.arange(len(self.frames))[:, np.newaxis]).argmin(axis=1)
        points = np.stack([found[int(seen[k])] for k in nearest])
        flat = points.reshape(len(points), -1)
        return cv2.GaussianBlur(flat, (1, 0), 1e-6, sigmaY=STEADY).reshape(points.shape)

    @cached_property
    def eyes(self) -> np.ndarray:
        """(T,) float32: distance of the outer eye corners in pixels."""
        across = self.faces[:, LEFT_EYE, :2] - self.faces[:, RIGHT_EYE, :2]
        return np.hypot(*across.T)

    @property
    def side(self) -> int:
        """1 or -1, by the clip's name: which way a head is turned, so that both occur."""
        return 1 if zlib.crc32(self.name.encode()) % 2 else -1

    def rng(self) -> np.random.Generator:
        """Randomness of this clip's own, the same every time."""
        return np.random.default_rng(zlib.crc32(self.name.encode()))

    def redrawn(self, draw: Callable[[np.ndarray], np.ndarray]) -> list[Frame]:
        """The frames with other pictures: `draw` makes one of each."""
        return self.with_images([draw(frame.image) for frame in self.frames])

    def with_images(self, images: Sequence[np.ndarray]) -> list[Frame]:
        """The frames with these pictures, one for each."""
        pairs = zip(self.frames, images, strict=True)
        return [replace(frame, image=image) for frame, image in pairs]
