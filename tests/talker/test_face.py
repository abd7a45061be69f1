"""The people who do not exist: trackers take them for people, and their lips for what was drawn."""

import hashlib
from dataclasses import astuple, replace
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
import pytest
from fake_people.miracl import ITEMS, WORDS, write_tree

from edge_lip.mouth import Tracker, make_tracker
from edge_lip.mouth.facemodels import FaceModels
from edge_lip.talker import random_scene, speak
from edge_lip.talker.face import Head, Lens, render, render_depth
from edge_lip.talker.mouth import MouthShape
from edge_lip.talker.person import random_person
from edge_lip.talker.plane import Light
from edge_lip.talker.pronunciation import DICTIONARY, pronounced
from edge_lip.talker.visemes import DIPHTHONGS, PHONEMES

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


def test_landmarks_find_the_face_and_follow_the_lips(face_models: FaceModels) -> None:
    drawn, tracked = np.array(found(make_tracker("landmarks"), range(5))).T
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


def course(text: str, fps: float, seed: int = 0) -> list[MouthShape]:
    """The mouths of a take."""
    scene = replace(random_scene(0), fps=fps)
    return list(speak(text, scene, seed, still=(0.2, 0.2)).mouths)


def distance(one: list[MouthShape], other: list[MouthShape]) -> float:
    """Between two courses, each stretched to the same length."""

    def stretched(shapes: list[MouthShape]) -> np.ndarray:
        values = np.array([astuple(shape) for shape in shapes]).T
        where = np.linspace(0, 1, 24)
        return np.array([np.interp(where, np.linspace(0, 1, len(v)), v) for v in values])

    return float(np.sqrt(((stretched(one) - stretched(other)) ** 2).sum(0)).mean())


@pytest.mark.parametrize("kind", ["words", "phrases"])
def test_items_differ_more_than_takes_of_one(kind: str) -> None:
    takes = {item: [course(item, 15, seed) for seed in range(4)] for item in ITEMS[kind]}
    for item, own in takes.items():
        same = np.mean([distance(one, other) for one, other in combinations(own, 2)])
        for another in set(takes) - {item}:
            pairs = zip(own, takes[another], strict=True)
            assert np.mean([distance(one, other) for one, other in pairs]) > 1.3 * same


@pytest.mark.parametrize("item", [*ITEMS["words"], *ITEMS["phrases"]])
def test_an_utterance_lasts_as_long_as_published_ones_and_begins_and_ends_at_rest(
    item: str,
) -> None:
    shapes = course(item, 15)
    assert 5 <= len(shapes) <= 35
    assert max(shapes[0].opening, shapes[-1].opening) < 0.1
    assert max(shape.opening for shape in shapes) > 0.15


def test_lips_close_for_a_bilabial() -> None:
    shapes = course("again ma", 100)
    openings = [shape.opening for shape in shapes]
    middle = openings[len(openings) // 4 : -len(openings) // 4]
    assert min(middle) < 0.05 < 0.25 < max(middle)


def test_every_phoneme_has_a_viseme_and_any_word_phonemes() -> None:
    known = set(PHONEMES) | set(DIPHTHONGS)
    assert {sound for sounds in DICTIONARY.values() for sound in sounds} <= known
    spelled = pronounced("Sheep don't whistle, Rebecca!")
    assert [sound for _, word in spelled for sound in word if sound not in known] == []
    assert spelled[0] == ("sheep", ("SH", "IY", "P"))


def digest(root: Path) -> dict[str, str]:
    """The files under `root` and what is in them."""
    files = [path for path in sorted(root.rglob("*")) if path.is_file()]
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def test_a_tree_is_laid_out_as_published_and_the_same_every_time(tmp_path: Path) -> None:
    for copy in ("one", "two"):
        write_tree(tmp_path / copy, ("F01", "M02"), ("words", "phrases"), (8,), 2, (160, 120))
    write_tree(tmp_path / "other", ("F01",), items=(8,), takes=1, size=(160, 120), seed=1)
    root = tmp_path / "one"
    assert {path.name for path in root.iterdir()} == {"F01", "M02", "calib"}
    takes = sorted(path for path in root.glob("[FM]*/*/*/*"))
    assert [str(take.relative_to(root)) for take in takes] == [
        f"{name}/{kind}/08/{take:02d}"
        for name in ("F01", "M02")
        for kind in ("phrases", "words")
        for take in (1, 2)
    ]
    for take in takes:
        colours = sorted(path.name for path in take.glob("color_*"))
        assert colours == [f"color_{n:03d}.jpg" for n in range(1, len(colours) + 1)]
        assert 5 <= len(colours) <= 35
        depths = sorted(path.name for path in take.glob("depth_*"))
        assert depths == [name.replace("color", "depth") for name in colours]
    assert digest(root) == digest(tmp_path / "two")
    first = "F01/words/08/01/color_001.jpg"
    assert digest(root)[first] != digest(tmp_path / "other")[first]


def test_pictures_are_of_the_published_size_and_depth_can_be_left_out(tmp_path: Path) -> None:
    write_tree(tmp_path, ("M01",), items=(WORDS.index("Web") + 1,), takes=1, depth=False)
    pictures = [path for path in tmp_path.rglob("*.jpg")]
    assert all(path.name.startswith("color_") for path in pictures)
    picture = cv2.imread(str(pictures[0]))
    assert picture is not None and picture.shape == (480, 640, 3)
