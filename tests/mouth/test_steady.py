"""Smoothing between tracker and crop: what it holds still, and how fast it gives way."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from edge_lip.mouth.geometry import CropGeometry
from edge_lip.mouth.mouth import LOST_SECONDS, OFFSET_SECONDS, SIZE_SECONDS, Crop, Mouth
from edge_lip.mouth.pose import Pose
from edge_lip.sources.frame import Frame

IMAGE = np.random.default_rng(0).integers(0, 256, (288, 360, 3), np.uint8)
Place = Callable[[float], Pose | None]


def head(
    x: float = 180, y: float = 120, scale: float = 70, angle: float = 0, mouth: float = 55
) -> Pose:
    """A head with its eyes at `x`, `y` and its mouth `mouth` pixels below them."""
    eyes = complex(x, y)
    middle = eyes + mouth * 1j * complex(math.cos(angle), math.sin(angle))
    return Pose(middle.real, middle.imag, scale, angle, eyes=(x, y), score=1.0)


class Placed:
    """A tracker that sees a head where `place` says at that time."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.resets = 0

    def track(self, image: np.ndarray, time: float) -> Pose | None:
        return self.place(time)

    def reset(self) -> None:
        self.resets += 1


def watch(place: Place, fps: float = 25, seconds: float = 1.0) -> list[Crop | None]:
    mouth = Mouth(Placed(place), CropGeometry())
    return [mouth.watch(Frame(IMAGE, i / fps)) for i in range(round(seconds * fps) + 1)]


def last(place: Place, fps: float = 25, seconds: float = 1.0) -> Crop:
    crop = watch(place, fps, seconds)[-1]
    assert crop is not None
    return crop


def step(before: Pose, after: Pose, when: float = 0.0) -> Place:
    return lambda time: before if time <= when else after


def test_a_steady_head_gives_a_steady_crop() -> None:
    crops = watch(lambda time: head(angle=0.1))
    first = crops[0]
    assert first is not None
    assert all(crop is not None and np.array_equal(crop.image, first.image) for crop in crops)
    assert (first.pose.x, first.pose.y) == pytest.approx((head(angle=0.1).x, head(angle=0.1).y))


def test_the_crop_follows_a_moving_head_at_once() -> None:
    crop = last(lambda time: head(x=180 + 40 * time, y=120 - 25 * time))
    assert (crop.pose.x, crop.pose.y) == pytest.approx((220, 95 + 55))


def test_a_dropping_jaw_hardly_moves_the_crop() -> None:
    crop = last(step(head(mouth=55), head(mouth=65)), seconds=0.12)
    assert 55 < crop.pose.y - 120 < 55 + 10 * 0.25


def test_jitter_of_size_and_angle_is_damped() -> None:
    rng = np.random.default_rng(1)
    crops = watch(
        lambda time: head(scale=70 + rng.normal(0, 2), angle=rng.normal(0, 0.05)), seconds=20
    )
    poses = [crop.pose for crop in crops[25:] if crop is not None]
    assert np.std([pose.scale for pose in poses]) < 0.8
    assert np.std([pose.angle for pose in poses]) < 0.02


@pytest.mark.parametrize("fps", [5, 15, 25, 60, 120])
def test_smoothing_goes_by_time_whatever_the_frame_rate(fps: float) -> None:
    crop = last(step(head(scale=70, mouth=50), head(scale=90, mouth=60)), fps, seconds=0.4)
    assert crop.pose.scale == pytest.approx(90 - 20 * math.exp(-0.4 / SIZE_SECONDS), rel=1e-6)
    below = 60 / 90 + (50 / 70 - 60 / 90) * math.exp(-0.4 / OFFSET_SECONDS)
    assert crop.pose.y - 120 == pytest.approx(below * crop.pose.scale, rel=1e-6)


def test_angles_average_across_the_half_turn() -> None:
    angles = [math.pi - 0.1, -math.pi + 0.1]
    crops = watch(lambda time: head(angle=angles[round(time * 25) % 2]))
    assert all(crop is not None and abs(crop.pose.angle) > math.pi - 0.11 for crop in crops)


@pytest.mark.parametrize(
    ("gone", "anew"), [(LOST_SECONDS - 0.1, False), (LOST_SECONDS + 0.1, True)]
)
def test_after_a_long_absence_the_face_is_taken_for_another(gone: float, anew: bool) -> None:
    mouth = Mouth(Placed(step(head(scale=70), head(scale=100))), CropGeometry())
    mouth.watch(Frame(IMAGE, 0.0))
    crop = mouth.watch(Frame(IMAGE, gone))
    assert crop is not None
    assert (crop.pose.scale == pytest.approx(100)) == anew


def test_a_time_that_jumps_back_starts_anew() -> None:
    mouth = Mouth(Placed(lambda time: head(scale=70 if time else 100)), CropGeometry())
    mouth.watch(Frame(IMAGE, 3.0))
    crop = mouth.watch(Frame(IMAGE, 0.0))
    assert crop is not None and crop.pose.scale == pytest.approx(100)


def test_reset_forgets_the_head_and_tells_the_tracker() -> None:
    tracker = Placed(step(head(scale=70), head(scale=100)))
    mouth = Mouth(tracker, CropGeometry())
    mouth.watch(Frame(IMAGE, 0.0))
    mouth.reset()
    crop = mouth.watch(Frame(IMAGE, 0.04))
    assert crop is not None and crop.pose.scale == pytest.approx(100)
    assert tracker.resets == 1


def test_without_a_face_there_is_no_crop() -> None:
    crops = watch(lambda time: None if 0.2 < time < 0.3 else head())
    assert [i for i, crop in enumerate(crops) if crop is None] == [6, 7]
