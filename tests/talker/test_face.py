"""The people who do not exist: trackers take them for people, and their lips for what was drawn."""

import cv2
import numpy as np
import pytest

from edge_lip.mouth.pose import Tracker
from edge_lip.mouth.trackers import make_tracker
from edge_lip.mouth.trackers.facemodels import FaceModels
from edge_lip.talker.face import Head, Lens, render, render_depth
from edge_lip.talker.mouth import MouthShape
from edge_lip.talker.person import random_person
from edge_lip.talker.plane import Light

OPENINGS = (0.0, 0.15, 0.5, 0.9, 0.6, 0.3, 0.05, 0.8)
INNER_UPPER, INNER_LOWER = 35, 25
"""Of `Pose.lips`: the middles of the inner contour."""


def found(tracker: Tracker, seeds: range) -> list[tuple[float, float]]:
    """Drawn and tracked opening of every frame; the mouth is where it was drawn."""
    gaps = []
    for seed in seeds:
        tracker.reset()
        person = random_person(seed)
        head = Head(x=0.45 + 0.02 * seed, roll=0.03 * (seed - 2))
        light = Light(right=0.2 * (seed - 2))
        mouth = person.mouth * head.scale * 480
        x = head.x * 640 - np.sin(head.roll) * mouth
        y = head.y * 480 + np.cos(head.roll) * mouth
        for number, opening in enumerate(OPENINGS):
            image = render(person, MouthShape(opening), head, light=light, grain=number)
            pose = tracker.track(image, number / 15)
            assert pose is not None, (seed, number)
            assert np.hypot(pose.x - x, pose.y - y) < 0.3 * head.scale * 480, (seed, number)
            if pose.lips is not None:
                gap = pose.lips[INNER_LOWER] - pose.lips[INNER_UPPER]
                gaps.append((opening, float(np.hypot(*gap)) / pose.scale))
    return gaps


@pytest.mark.parametrize("name", ["attention", "landmarks"])
def test_landmarks_find_the_face_and_follow_the_lips(name: str, face_models: FaceModels) -> None:
    drawn, tracked = np.array(found(make_tracker(name), range(5))).T
    assert np.corrcoef(drawn, tracked)[0, 1] > 0.9


def test_the_cascade_finds_the_face() -> None:
    found(make_tracker("haar"), range(4))


def test_pictures_of_any_size_show_the_same_person() -> None:
    person, mouth = random_person(3), MouthShape(0.5, teeth=1.0)
    small = render(person, mouth, lens=Lens((320, 240)))
    large = render(person, mouth, lens=Lens((1280, 960)))
    assert small.shape == (240, 320, 3)
    shrunk = cv2.resize(large, (320, 240), interpolation=cv2.INTER_AREA)
    assert np.abs(shrunk.astype(int) - small).mean() < 5


def test_a_seed_is_a_person_and_a_blink_closes_the_eyes_alone() -> None:
    assert random_person(1) == random_person(1) != random_person(2)
    awake = render(random_person(1))
    again = render(random_person(1))
    asleep = render(random_person(1), blink=1.0)
    changed = np.abs(awake.astype(int) - asleep).max(-1) > 20
    assert np.array_equal(awake, again)
    rows = np.nonzero(changed.any(1))[0]
    assert rows.min() > 150 and rows.max() < 230 and changed.sum() > 300


def test_in_depth_the_face_is_nearer_than_the_wall_and_the_open_mouth_is_a_hole() -> None:
    person, head = random_person(0), Head()
    middle = (slice(260, 290), slice(312, 328))
    closed = render_depth(person, MouthShape(), head)
    opened = render_depth(person, MouthShape(1.0), head)
    assert closed.dtype == np.uint8
    assert np.median(closed[middle]) < np.median(closed[:50]) - 20
    assert np.median(opened[middle]) > np.median(closed[middle]) + 3
    assert 0.0005 < (closed == 0).mean() < 0.05
