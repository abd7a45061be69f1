"""Talkers on film: the same for the same seed, and landmarks follow what was drawn."""

import hashlib
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from math import radians

import numpy as np
import pytest

from edge_lip.mouth.trackers import make_tracker
from edge_lip.mouth.trackers.facemodels import FaceModels
from edge_lip.talker import MouthShape, Scene, random_scene, speak

INNER_UPPER, INNER_LOWER = 35, 25
"""Of `Pose.lips`: the middles of the inner contour."""
DIGEST = """
import hashlib
from edge_lip.sources.talker import Talker
pictures = (frame.image.tobytes() for frame in Talker("hi?seed=4&size=96x80&fps=5"))
print(hashlib.sha256(b"".join(pictures)).hexdigest())
"""


def film(scene: Scene, mouths: Sequence[MouthShape]) -> list[np.ndarray]:
    """The pictures of those mouths."""
    return [image for _, image in scene.film(enumerate(mouths))]


def digest(images: Sequence[np.ndarray]) -> str:
    """Of all pixels."""
    return hashlib.sha256(b"".join(image.tobytes() for image in images)).hexdigest()


def gaps(scene: Scene, mouths: Sequence[MouthShape]) -> np.ndarray:
    """Distance of the inner lips in every frame, in eye distances, as the landmarks have it."""
    tracker = make_tracker("landmarks")
    found = []
    for number, image in enumerate(film(scene, mouths)):
        pose = tracker.track(image, number / scene.fps)
        assert pose is not None and pose.lips is not None, number
        found.append(np.hypot(*(pose.lips[INNER_LOWER] - pose.lips[INNER_UPPER])) / pose.scale)
    return np.array(found)


def test_the_same_seed_gives_the_same_pixels_and_another_another() -> None:
    mouths = [MouthShape(), MouthShape(0.4, teeth=0.5)]
    one, again, other = (film(random_scene(seed), mouths) for seed in (1, 1, 2))
    assert digest(one) == digest(again) != digest(other)
    assert one[0].shape == (288, 360, 3) and one[0].dtype == np.uint8


def test_two_processes_draw_the_same() -> None:
    digests = {
        subprocess.run([sys.executable, "-c", DIGEST], capture_output=True, check=True).stdout
        for _ in range(2)
    }
    assert len(digests) == 1


def test_frames_may_be_left_out() -> None:
    scene = random_scene(3)
    mouths = [MouthShape()] * 6
    every = film(scene, mouths)
    some = dict(scene.film((number, mouths[number]) for number in (0, 4, 5)))
    assert all(np.array_equal(image, every[number]) for number, image in some.items())


def test_without_motion_noise_and_blinks_a_mouth_at_rest_is_a_still() -> None:
    still = replace(random_scene(0), motion=0.0, noise=0.0)
    first, second = film(still, [MouthShape()] * 2)
    assert np.array_equal(first, second)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_lips_that_close_are_seen_to_close(face_models: FaceModels, seed: int) -> None:
    scene = random_scene(seed)
    scene = replace(scene, voice=replace(scene.voice, rate=0.7))
    speech = speak("a hot mop, a hot bob", scene, seed)
    gap = gaps(scene, speech.mouths)
    rest = np.median(gap[:5])
    for word in speech.words:
        said = gap[round(word.start * scene.fps) : round(word.end * scene.fps)]
        if word.text in ("mop", "bob"):
            assert said.min() < rest + 0.015
        if word.text == "hot":
            assert said.max() > rest + 0.03


@pytest.mark.parametrize("yaw", [-25, -12, 12, 25])
def test_landmarks_follow_a_turned_head(face_models: FaceModels, yaw: int) -> None:
    scene = replace(random_scene(5), fps=12.5)
    speech = speak("bin white by r five again", scene, 5)
    turned = replace(scene, head=replace(scene.head, yaw=radians(yaw)))
    ahead, aside = gaps(scene, speech.mouths), gaps(turned, speech.mouths)
    assert np.corrcoef(ahead, aside)[0, 1] > 0.8


def test_a_turned_head_is_narrower_and_its_eyes_go_aside(face_models: FaceModels) -> None:
    scene = replace(random_scene(5), motion=0.0)
    tracker = make_tracker("landmarks")
    poses = []
    for yaw in (-20, 0, 20):
        tracker.reset()
        head = replace(scene.head, yaw=radians(yaw), roll=0.0)
        pose = tracker.track(film(replace(scene, head=head), [MouthShape()])[0], 0.0)
        assert pose is not None
        poses.append(pose)
    left, ahead, right = poses
    assert max(left.scale, right.scale) < 0.98 * ahead.scale
    # What is in front of the eyes, the bridge of the nose, stays: eyes go the other way.
    assert right.eyes[0] < ahead.eyes[0] - 1 < ahead.eyes[0] + 1 < left.eyes[0]


def test_against_the_light_the_face_is_darker_than_the_wall(face_models: FaceModels) -> None:
    scene = random_scene(2)
    light = replace(scene.light, backlight=0.6)
    (image,) = film(replace(scene, light=light), [MouthShape()])
    (before,) = film(scene, [MouthShape()])
    x, y = (round(place) for place in scene.head.point(0.0, 0.6, scene.size))
    face = slice(y - 10, y + 10), slice(x - 10, x + 10)
    corner = slice(0, 20), slice(0, 20)
    assert image[face].mean() < 0.8 * before[face].mean()
    assert image[corner].mean() > 1.2 * before[corner].mean()
    assert make_tracker("landmarks").track(image, 0.0) is not None
