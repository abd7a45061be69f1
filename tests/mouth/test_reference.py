"""Points and crops against those of MediaPipe's own FaceMesh (`make test-reference`)."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from edge_lip.mouth.geometry import CropGeometry
from edge_lip.mouth.mouth import Crop, Mouth
from edge_lip.mouth.pose import Pose, Tracker
from edge_lip.mouth.trackers import make_tracker
from edge_lip.mouth.trackers.facemodels import FaceModels
from edge_lip.mouth.trackers.landmarks import pose_of
from edge_lip.sources.frame import Frame

mediapipe = pytest.importorskip(
    "mediapipe",
    reason="needs mediapipe, which wants an environment of its own: make test-reference",
    exc_type=ImportError,
)
if not hasattr(mediapipe, "solutions"):
    pytest.skip("this mediapipe has no FaceMesh: make test-reference", allow_module_level=True)

CLIPS = ("s1/bbaf2n.mp4", "s3/*.mpg", "s4/*.mpg", "s26/*.mpg", "s31/*.mp4")
"""As the corpus has them: in clips that others cut to the face, a pixel is another part of it."""


LIMITS = {"attention": (0.3, 0.8, 4.0), "landmarks": (0.3, 0.6, 1.0)}
"""Lip points apart on average, and of 95 %, in pixels; grey levels. MediaPipe looks at the eyes
twice as well, which hardly moves the lips, but what a crop is cut by."""


class FaceMeshTracker:
    """MediaPipe's detector, landmarks and tracking, in MediaPipe's own graph."""

    def __init__(self, attention: bool) -> None:
        self._graph = mediapipe.solutions.face_mesh.FaceMesh(
            max_num_faces=1, refine_landmarks=attention
        )

    def track(self, image: np.ndarray, time: float) -> Pose | None:
        faces = self._graph.process(cv2.cvtColor(image, cv2.COLOR_BGR2RGB)).multi_face_landmarks
        if not faces:
            return None
        height, width = image.shape[:2]
        points = [(point.x, point.y, point.z) for point in faces[0].landmark[:468]]
        return pose_of(np.array(points, np.float32) * (width, height, width), 1.0)

    def reset(self) -> None:
        self._graph.reset()


def frames(clip: Path) -> list[Frame]:
    video = cv2.VideoCapture(str(clip))
    images = []
    while (read := video.read())[0]:
        images.append(read[1])
    return [Frame(image, i / 25) for i, image in enumerate(images)]


def watch(film: list[Frame], tracker: Tracker) -> list[Crop]:
    mouth = Mouth(tracker, CropGeometry())
    crops = [crop for frame in film if (crop := mouth.watch(frame))]
    assert len(crops) == len(film) > 0
    return crops


def lips(crops: list[Crop]) -> np.ndarray:
    return np.array([crop.pose.lips for crop in crops])


def images(crops: list[Crop]) -> np.ndarray:
    return np.array([crop.image for crop in crops], float)


@pytest.mark.parametrize("clip", CLIPS)
@pytest.mark.parametrize(("name", "limits"), LIMITS.items(), ids=LIMITS)
def test_lips_and_crops_are_those_of_facemesh(
    name: str, limits: tuple[float, ...], clip: str, grid: Path, face_models: FaceModels
) -> None:
    film = frames(sorted(grid.glob(clip))[0])
    ours, theirs = (
        watch(film, make_tracker(name)),
        watch(film, FaceMeshTracker(name == "attention")),
    )
    apart = np.linalg.norm(lips(ours) - lips(theirs), axis=-1)
    differs = np.abs(images(ours) - images(theirs))
    print(
        f"{clip}: {len(film)} frames; lip points {apart.mean():.3f} pixels apart, 95 % within "
        f"{np.percentile(apart, 95):.3f}; crops differ by {differs.mean():.2f} grey levels, "
        f"95 % by at most {np.percentile(differs, 95):.0f}"
    )
    figures = apart.mean(), np.percentile(apart, 95), differs.mean()
    assert all(figure < limit for figure, limit in zip(figures, limits, strict=True))
