"""A tree in the published layout of MIRACL-VC1, of people who do not exist.

    F01/words/01/01/color_001.jpg, depth_001.jpg, ...   speaker / kind / item / take / frames
    calib/...                                           what the cameras' calibration left

Colour and depth are 640x480 pictures, 15 a second. Depth is in levels of 4 mm from the camera, the
nearer the darker; what was not measured is 0, or nearly, because JPEG smears it.
"""

import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from edge_lip.system.opencv import cv2
from edge_lip.talker import Scene, speak
from edge_lip.talker.face import Head, Lens, render_depth
from edge_lip.talker.motion import Motion
from edge_lip.talker.person import Person, random_person
from edge_lip.talker.plane import Light
from edge_lip.talker.voice import Voice, random_voice

FPS = 15.0
QUALITY = 90
STILL = (0.15, 0.3)
"""Seconds of rest before and after a word or phrase."""
WORDS = (
    "Begin",
    "Choose",
    "Connection",
    "Navigation",
    "Next",
    "Previous",
    "Start",
    "Stop",
    "Hello",
    "Web",
)
PHRASES = (
    "Stop navigation",
    "Excuse me",
    "I am sorry",
    "Thank you",
    "Good bye",
    "I love this game",
    "Nice to meet you",
    "You are welcome",
    "How are you?",
    "Have a good time",
)
ITEMS = {"words": WORDS, "phrases": PHRASES}


def write_tree(
    root: Path,
    people: Sequence[str] = ("F01", "F02", "M01"),
    kinds: Sequence[str] = ("words",),
    items: Sequence[int] = range(1, 11),
    takes: int = 3,
    size: tuple[int, int] = (640, 480),
    depth: bool = True,
    seed: int = 0,
) -> None:
    """Write `takes` takes of every one of `items` (from 1) by each of `people` (F.. or M..).

    A name's looks and voice follow from the name and `seed`, all else of a take from its place in
    the tree as well: the same call writes the same bytes.
    """
    for name in people:
        person, voice = somebody(name, seed)
        for kind in kinds:
            for item in items:
                for take in range(1, takes + 1):
                    folder = root / name / kind / f"{item:02d}" / f"{take:02d}"
                    place = f"{name}/{kind}/{item}/{take}"
                    _write_take(
                        folder,
                        person,
                        voice,
                        ITEMS[kind][item - 1],
                        _seed(place, seed),
                        size,
                        depth,
                    )
    calibration = root / "calib"
    calibration.mkdir(parents=True, exist_ok=True)
    (calibration / "calib.txt").write_text("focal 525.0 525.0\ncentre 319.5 239.5\n")


def somebody(name: str, seed: int = 0) -> tuple[Person, Voice]:
    """Looks and voice of the speaker called `name`."""
    own = _seed(name, seed)
    return random_person(own, female=name.startswith("F")), random_voice(own)


def _seed(place: str, seed: int) -> int:
    return zlib.crc32(f"{seed}/{place}".encode())


def _write_take(
    folder: Path,
    person: Person,
    voice: Voice,
    text: str,
    seed: int,
    size: tuple[int, int],
    depth: bool,
) -> None:
    rng = np.random.default_rng(seed)
    head = Head(
        x=rng.uniform(0.42, 0.58),
        y=rng.uniform(0.38, 0.46),
        scale=rng.uniform(0.16, 0.19),
        roll=rng.uniform(-0.05, 0.05),
    )
    light = Light(rng.uniform(-0.4, 0.4), rng.uniform(0.1, 0.5), rng.uniform(0.8, 1.15))
    scene = Scene(person, voice, head, light, size, FPS, seed=seed)
    before, after = rng.uniform(*STILL, 2).tolist()
    mouths = speak(text, scene, seed, before=before, after=after).mouths
    folder.mkdir(parents=True, exist_ok=True)
    motion = Motion(head, seed)
    for number, image in scene.film(enumerate(mouths)):
        _write(folder / f"color_{number + 1:03d}.jpg", image)
        if depth:
            where, _ = motion.at(number / FPS)
            distance = render_depth(person, mouths[number], where, Lens(size), seed + number)
            _write(folder / f"depth_{number + 1:03d}.jpg", distance)


def _write(path: Path, picture: np.ndarray) -> None:
    path.write_bytes(
        cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()
    )
