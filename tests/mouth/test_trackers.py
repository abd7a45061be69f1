"""Trackers by name, and on what is there or not there to be found."""

import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge_lip.errors import FaceError, FetchError, UsageError
from edge_lip.mouth.geometry import CropGeometry
from edge_lip.mouth.mouth import Mouth
from edge_lip.mouth.pose import Tracker
from edge_lip.mouth.trackers import TRACKERS, make_tracker
from edge_lip.mouth.trackers import facemodels as facemodels_module
from edge_lip.mouth.trackers.blazeface import FaceDetector
from edge_lip.mouth.trackers.facemodels import FaceModels
from edge_lip.sources.frame import Frame
from edge_lip.sources.specs import open_source

PEOPLE = ("s3", "s4", "s26", "s29", "s31")
TRAIN_CLIPS = ("bbaf2n", "lwie7a", "srwi5a")
STARTS_BROKEN = "bbizzn"
"""Its first frames are grey with torn blocks, in the corpus itself."""
BROKEN_FRAMES = 15
GREY = np.full((288, 360, 3), 128, np.uint8)


@pytest.fixture
def landmarks(face_models: FaceModels) -> Tracker:
    return make_tracker()


@pytest.fixture
def attention(face_models: FaceModels) -> Tracker:
    return make_tracker("attention")


@pytest.fixture
def flow(face_models: FaceModels) -> Tracker:
    return make_tracker("flow")


@pytest.fixture
def haar() -> Tracker:
    try:
        return make_tracker("haar")
    except FaceError as error:
        pytest.skip(str(error))


def clip_of(grid: Path, person: str) -> Path:
    """The first, of those that nobody has encoded anew where there are such."""
    return min((grid / person).iterdir(), key=lambda path: (path.suffix != ".mpg", path.name))


def frames(clip: Path, every: int = 1) -> list[Frame]:
    return list(open_source(str(clip)))[::every]


def test_an_unknown_tracker_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="'laser'.*landmarks, flow, haar") as caught:
        make_tracker("laser")
    assert "\n" not in str(caught.value)


def test_without_face_models_there_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EDGE_LIP_HOME", str(tmp_path))
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    monkeypatch.setattr(facemodels_module, "BUCKET", "http://127.0.0.1:9/")  # nobody listens
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(FetchError, match="edge-lip setup") as caught:
        make_tracker("landmarks")
    assert "\n" not in str(caught.value)


def test_without_haar_cascades_there_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(cv2, "data", raising=False)
    with pytest.raises(FaceError, match="--tracker landmarks") as caught:
        make_tracker("haar")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", TRACKERS)
def test_what_has_no_face_gives_no_pose(name: str, request: pytest.FixtureRequest) -> None:
    tracker: Tracker = request.getfixturevalue(name)
    noise = np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)
    for image in (GREY, noise, GREY[:1, :1], GREY[:2], np.zeros((400, 30, 3), np.uint8)):
        assert tracker.track(image, 0.0) is None


@pytest.mark.parametrize("name", TRACKERS)
def test_a_face_is_found_again_after_a_gap(
    name: str, grid: Path, request: pytest.FixtureRequest
) -> None:
    tracker: Tracker = request.getfixturevalue(name)
    image = frames(grid / "s1" / "bbaf2n.mp4")[0].image
    found = [tracker.track(seen, 0.0) is not None for seen in (image, GREY, GREY, image)]
    assert found == [True, False, False, True]


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("name", TRACKERS)
def test_other_people_are_found(
    name: str, person: str, grid: Path, request: pytest.FixtureRequest
) -> None:
    tracker: Tracker = request.getfixturevalue(name)
    for frame in frames(clip_of(grid, person), every=8):
        pose = tracker.track(frame.image, frame.time)
        assert pose is not None
        assert 50 < pose.scale < 120  # GRID's heads are all about as near
        assert abs(pose.angle) < 0.2
        assert pose.eyes[1] + 0.5 * pose.scale < pose.y < pose.eyes[1] + 1.2 * pose.scale


@pytest.mark.parametrize("clip", TRAIN_CLIPS)
def test_every_frame_of_a_clip_has_lips_inside_its_crop(
    clip: str, grid: Path, landmarks: Tracker
) -> None:
    geometry = CropGeometry()
    mouth = Mouth(landmarks, geometry)
    for frame in frames(grid / "s1" / f"{clip}.mp4"):
        crop = mouth.watch(frame)
        assert crop is not None and crop.pose.lips is not None
        assert crop.image.shape == (geometry.height, geometry.width)
        away = np.abs(crop.pose.lips - (crop.pose.x, crop.pose.y)).max(axis=0)
        half = crop.pose.scale * geometry.span / 2
        assert away[0] < half and away[1] < half * geometry.height / geometry.width


def test_a_clip_that_starts_broken_is_read_once_it_is_whole(grid: Path, landmarks: Tracker) -> None:
    found = [
        landmarks.track(frame.image, frame.time) is not None
        for frame in frames(grid / "s1" / f"{STARTS_BROKEN}.mp4")
    ]
    assert all(found[BROKEN_FRAMES:])


def test_haar_agrees_with_the_landmarks_roughly(
    grid: Path, landmarks: Tracker, haar: Tracker
) -> None:
    for person in PEOPLE:
        frame = frames(clip_of(grid, person))[40]
        exact = landmarks.track(frame.image, 0.0)
        rough = haar.track(frame.image, 0.0)
        landmarks.reset()
        assert exact is not None and rough is not None
        assert np.hypot(exact.x - rough.x, exact.y - rough.y) < 0.2 * exact.scale
        assert rough.scale == pytest.approx(exact.scale, rel=0.12)


def test_reset_makes_two_streams_alike(grid: Path, landmarks: Tracker) -> None:
    def poses() -> list[tuple[float, float]]:
        landmarks.reset()
        seen = [landmarks.track(f.image, f.time) for f in frames(clip_of(grid, "s3"), every=15)]
        return [(pose.x, pose.y) for pose in seen if pose]

    assert poses() == poses()


def test_a_close_face_is_cropped_like_a_distant_one(grid: Path, face_models: FaceModels) -> None:
    image = frames(clip_of(grid, "s4"))[0].image
    large = cv2.resize(image, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    crops = []
    for seen in (image, large):
        crop = Mouth(make_tracker(), CropGeometry()).watch(Frame(seen, 0.0))
        assert crop is not None
        crops.append(crop.image.astype(float))
    assert np.corrcoef(crops[0].ravel(), crops[1].ravel())[0, 1] > 0.98


@pytest.mark.parametrize("degrees", [90, 180, 270])
@pytest.mark.parametrize("name", ["attention", "landmarks", "flow"])
def test_a_face_that_is_not_upright_gives_the_same_crops(
    name: str, degrees: int, speaker: str, request: pytest.FixtureRequest
) -> None:
    """As below a camera that hangs from the ceiling: the mouth is not sought in the forehead."""
    tracker: Tracker = request.getfixturevalue(name)
    mouth = Mouth(tracker, CropGeometry(48, 32))
    with open_source(speaker) as source, open_source(speaker, rotate=degrees) as turned:
        pairs = [pair for pair, _ in zip(zip(source, turned, strict=True), range(10), strict=False)]
    upright = [mouth.watch(frame) for frame, _ in pairs]
    mouth.reset()
    other = [mouth.watch(frame) for _, frame in pairs]
    for one, two in zip(upright, other, strict=True):
        assert one is not None and two is not None
        turn = np.degrees(two.pose.angle - one.pose.angle) % 360
        assert turn == pytest.approx(degrees, abs=5)
        limit = 10 if degrees == 180 else 25  # on its side a face is found less exactly at first
        assert np.abs(one.image.astype(float) - two.image).mean() < limit


def test_people_on_their_heads_are_told_from_upright_ones(
    face_models: FaceModels, grid: Path
) -> None:
    """By how certain a detector is that has seen upright people."""
    detector = FaceDetector(face_models.detector)
    for person in PEOPLE:
        image = frames(clip_of(grid, person))[0].image
        for picture, upright in ((image, True), (image[::-1, ::-1].copy(), False)):
            region = detector.detect(picture)
            assert region is not None
            assert (np.cos(region.angle) > 0.9) if upright else (np.cos(region.angle) < -0.9)
