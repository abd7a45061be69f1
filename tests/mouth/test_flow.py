"""Following a face between the landmarks: where it goes, how often it is looked at, and doubt."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge_lip.mouth.pose import Pose
from edge_lip.mouth.trackers import make_tracker
from edge_lip.mouth.trackers.facemodels import FaceModels
from edge_lip.mouth.trackers.flow import FlowPolicy, FlowTracker
from edge_lip.sources.specs import open_source

FPS = 25
EVERY = 10
"""Frames from one look at the landmarks to the next."""
POLICY = FlowPolicy(anchor_seconds=(EVERY - 0.5) / FPS)
EYES, SCALE = complex(180, 120), 66.0
LIPS = 17 * np.exp(2j * np.pi * np.arange(40) / 40)
Place = Callable[[int], tuple[complex, complex]]
"""At a frame: how far the head has gone, and by what it is turned and grown."""


def texture(seed: int, side: int = 400) -> np.ndarray:
    """Blobs of about a nostril's size."""
    noise = np.random.default_rng(seed).integers(0, 256, (side, side)).astype(np.float32)
    blobs = cv2.GaussianBlur(noise, (0, 0), 4)
    return (40 + 180 * (blobs - blobs.min()) / np.ptp(blobs)).astype(np.uint8)


def picture(shift: complex = 0, turn: complex = 1, seed: int = 0) -> np.ndarray:
    """A head that was moved, in front of nothing."""
    middle = EYES + shift - turn * EYES
    matrix = np.array([[turn.real, -turn.imag, middle.real], [turn.imag, turn.real, middle.imag]])
    moved = cv2.warpAffine(texture(seed), matrix, (360, 288), borderMode=cv2.BORDER_REFLECT)
    return np.repeat(moved[..., np.newaxis], 3, axis=2)


def pose(shift: complex = 0, turn: complex = 1) -> Pose:
    """Where that head is."""
    eyes, mouth = EYES + shift, EYES + shift + 55j * turn
    lips, chin = mouth + LIPS * turn, mouth + 40j * turn
    return Pose(
        mouth.real,
        mouth.imag,
        SCALE * abs(turn),
        math.atan2(turn.imag, turn.real),
        (eyes.real, eyes.imag),
        0.9,
        np.stack([lips.real, lips.imag], axis=-1).astype(np.float32),
        np.array([chin.real, chin.imag], np.float32),
    )


@dataclass
class Landmarks:
    """Knows where the head is, and remembers when it was asked."""

    place: Place
    frame: int = 0
    """Of the picture that is shown."""
    gone: Callable[[int], bool] = lambda frame: False
    lips: bool = True
    asked: list[int] = field(default_factory=list)
    expected: list[Pose] = field(default_factory=list)
    resets: int = 0

    def track(self, image: np.ndarray, time: float) -> Pose | None:
        self.asked.append(self.frame)
        if self.gone(self.frame):
            return None
        found = pose(*self.place(self.frame))
        return found if self.lips else replace(found, lips=None, chin=None)

    def expect(self, pose: Pose) -> None:
        self.expected.append(pose)

    def reset(self) -> None:
        self.resets += 1


def still(frame: int) -> tuple[complex, complex]:
    return 0, 1


def follow(
    landmarks: Landmarks,
    count: int = 2 * EVERY,
    change: Callable[[np.ndarray, int], np.ndarray] = lambda image, frame: image,
    policy: FlowPolicy = POLICY,
) -> list[Pose | None]:
    """What is tracked in `count` pictures of the head, each as `change` leaves it."""
    tracker = FlowTracker(landmarks, policy)
    poses = []
    for frame in range(count):
        landmarks.frame = frame
        image = change(picture(*landmarks.place(frame)), frame)
        poses.append(tracker.track(image, frame / FPS))
    return poses


def assert_close(found: Pose | None, true: Pose, pixels: float = 0.5) -> None:
    assert found is not None
    assert (found.x, found.y) == pytest.approx((true.x, true.y), abs=pixels)
    assert found.eyes == pytest.approx(true.eyes, abs=pixels)
    assert found.scale == pytest.approx(true.scale, rel=0.01)
    assert found.angle == pytest.approx(true.angle, abs=0.01)
    if found.lips is not None and true.lips is not None:
        assert found.lips.shape == (40, 2) and found.lips.dtype == np.float32
        assert np.abs(found.lips - true.lips).max() < 2 * pixels
        assert found.chin is not None and true.chin is not None
        assert np.abs(found.chin - true.chin).max() < 2 * pixels


MOTIONS: dict[str, Place] = {
    "still": still,
    "across": lambda frame: (complex(1.5 * frame, -0.8 * frame), 1),
    "shaking": lambda frame: (complex(4 * math.sin(3 * frame), 3 * math.cos(5 * frame)), 1),
    "turning": lambda frame: (0, complex(np.exp(0.01j * frame))),
    "coming": lambda frame: (0, 1 + 0.006 * frame),
    "all": lambda frame: ((1 + 0.5j) * frame, complex(np.exp((0.008j - 0.004) * frame))),
}


@pytest.mark.parametrize("lips", [True, False])
@pytest.mark.parametrize("motion", MOTIONS)
def test_the_pose_goes_where_the_head_goes(motion: str, lips: bool) -> None:
    place = MOTIONS[motion]
    landmarks = Landmarks(place, lips=lips)
    for frame, found in enumerate(follow(landmarks)):
        assert_close(found, pose(*place(frame)))
        assert found is not None and (found.lips is not None) == lips
    assert len(landmarks.asked) <= 4


def test_landmarks_are_found_on_schedule() -> None:
    landmarks = Landmarks(still)
    follow(landmarks, 3 * EVERY + 1)
    assert landmarks.asked == [0, 0, EVERY, 2 * EVERY, 3 * EVERY]


def test_patience_makes_the_schedule_slower() -> None:
    landmarks = Landmarks(still)
    tracker = FlowTracker(landmarks, POLICY)
    tracker.patience = 2.0
    for frame in range(2 * EVERY):
        landmarks.frame = frame
        tracker.track(picture(), frame / FPS)
    assert landmarks.asked == [0, 0, 2 * EVERY - 1]


def test_landmarks_are_told_where_the_head_has_gone() -> None:
    place = MOTIONS["all"]
    landmarks = Landmarks(place)
    follow(landmarks, EVERY + 1)
    (expected,) = landmarks.expected
    assert_close(expected, pose(*place(EVERY)))


def cut_away(image: np.ndarray, frame: int) -> np.ndarray:
    return image if frame < 4 else picture(seed=1)


def hand(image: np.ndarray, frame: int) -> np.ndarray:
    if frame == 4:
        image[90:160, 120:240] = 128
    return image


def dark(image: np.ndarray, frame: int) -> np.ndarray:
    return image if frame < 4 else image // 2


def resized(image: np.ndarray, frame: int) -> np.ndarray:
    return image if frame < 4 else image[:, :-40]


@pytest.mark.parametrize("change", [cut_away, hand, dark, resized])
def test_a_picture_that_differs_too_much_is_looked_at_anew(
    change: Callable[[np.ndarray, int], np.ndarray],
) -> None:
    landmarks = Landmarks(still)
    follow(landmarks, 5, change)
    assert landmarks.asked == [0, 0, 4]


@pytest.mark.parametrize(
    "place",
    [
        lambda frame: (30 * (frame >= 4), 1),
        lambda frame: (0, complex(np.exp(0.2j * (frame >= 4)))),
        lambda frame: (0, 1 + 0.15 * (frame >= 4)),
    ],
    ids=["jump", "turn", "growth"],
)
def test_a_head_that_moves_too_far_is_looked_at_anew(place: Place) -> None:
    landmarks = Landmarks(place)
    assert_close(follow(landmarks, 5)[-1], pose(*place(4)))
    assert landmarks.asked == [0, 0, 4]


def test_a_flickering_lamp_is_no_doubt() -> None:
    def lamp(image: np.ndarray, frame: int) -> np.ndarray:
        return (image * (1 + 0.15 * math.sin(frame))).clip(0, 255).astype(np.uint8)

    landmarks = Landmarks(still)
    for found in follow(landmarks, EVERY, lamp):
        assert_close(found, pose())
    assert landmarks.asked == [0, 0]


def test_a_face_that_leaves_is_gone_at_once_and_found_when_it_is_back() -> None:
    def gone(frame: int) -> bool:
        return 4 <= frame < 8

    landmarks = Landmarks(still, gone=gone)
    found = follow(landmarks, EVERY, lambda image, frame: image * (not gone(frame)))
    assert [frame for frame, pose in enumerate(found) if pose is None] == [4, 5, 6, 7]
    assert landmarks.asked == [0, 0, 4, 5, 6, 7, 8, 8]


@pytest.mark.parametrize("shift", [-170, 170j, -110j, 175 + 160j])
def test_a_head_at_the_edge_of_the_picture(shift: complex) -> None:
    """With too little of it in the picture there is nothing to follow."""
    for found in follow(Landmarks(lambda frame: (shift, 1)), 5):
        assert_close(found, pose(shift))


def test_a_face_without_features_is_looked_at_every_time() -> None:
    landmarks = Landmarks(still)
    follow(landmarks, 5, lambda image, frame: np.full_like(image, 128))
    assert landmarks.asked == [0, 0, 1, 2, 3, 4]


def test_time_that_stands_still_or_jumps_is_another_moment() -> None:
    landmarks = Landmarks(still)
    tracker = FlowTracker(landmarks, POLICY)
    for frame, time in enumerate((1.0, 1.04, 0.5, 0.54, 0.5, 9.0)):
        landmarks.frame = frame
        tracker.track(picture(), time)
    assert landmarks.asked == [0, 0, 2, 4, 5]


def test_reset_forgets_the_head_and_tells_the_landmarks() -> None:
    landmarks = Landmarks(still)
    tracker = FlowTracker(landmarks, POLICY)
    tracker.track(picture(), 0.0)
    tracker.reset()
    landmarks.frame = 1
    tracker.track(picture(), 0.04)
    assert landmarks.asked == [0, 0, 1, 1] and landmarks.resets == 1 and not landmarks.expected


def opening(image: np.ndarray, frame: int) -> np.ndarray:
    """A mouth that opens: two dark lips part, and what is between them is darker."""
    half = 3 + frame
    middle = (int(EYES.real), int(EYES.imag) + 55)
    cv2.ellipse(image, middle, (22, half + 3), 0, 0, 360, (200, 200, 200), 4)
    cv2.ellipse(image, middle, (20, half), 0, 0, 360, (30, 30, 30), -1)
    return cv2.GaussianBlur(image, (0, 0), 1)


def test_lips_are_followed_while_they_open() -> None:
    found = follow(Landmarks(still), 8, opening)
    heights = [np.ptp(pose.lips[:, 1]) for pose in found if pose and pose.lips is not None]
    assert len(heights) == 8
    assert heights[-1] > heights[0] + 3
    assert found[-1] is not None and found[-1].eyes == pytest.approx(pose().eyes, abs=0.2)


def test_a_speaking_face_is_followed_within_a_pixel(speaker: str, face_models: FaceModels) -> None:
    exact, followed = make_tracker("landmarks"), make_tracker("flow")
    away = []
    for frame in open_source(speaker):
        one, other = (t.track(frame.image, frame.time) for t in (exact, followed))
        assert one is not None and other is not None
        away.append(math.hypot(one.eyes[0] - other.eyes[0], one.eyes[1] - other.eyes[1]))
        assert other.scale == pytest.approx(one.scale, rel=0.05)
    assert np.mean(away) < 0.5 and max(away) < 2


def test_landmarks_look_for_the_face_where_it_is_expected(
    face_models: FaceModels, grid: Path
) -> None:
    """A region half a face off makes them worse, one that was moved along does not."""
    image = next(iter(open_source(str(grid / "s1" / "lwie7a.mp4")))).image
    moved = np.roll(image, (20, 40), axis=(0, 1))
    away = []
    for told in (True, False):
        tracker = make_tracker("landmarks")
        first = tracker.track(image, 0.0)
        assert first is not None
        there = replace(first, x=first.x + 40, y=first.y + 20)
        there = replace(there, eyes=(first.eyes[0] + 40, first.eyes[1] + 20))
        if told:
            tracker.expect(there)  # type: ignore[attr-defined]
        found = tracker.track(moved, 0.04)
        assert found is not None
        away.append(math.hypot(found.eyes[0] - there.eyes[0], found.eyes[1] - there.eyes[1]))
    assert away[0] < 0.7 < away[1]
