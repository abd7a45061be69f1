"""Films of people who say nothing, of many kinds, each without an end."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple

import numpy as np

from edge_lip.system.opencv import cv2
from edge_lip.talker import MouthShape, random_scene

from .degrade.light import exposed
from .rest import FPS, Take, idling, show
from .tracking import MOVES, Move

Film = Callable[[Sequence[Take], np.random.Generator], Iterator[np.ndarray]]
PERSON_SECONDS, EMPTY_SECONDS = 60.0, 1.0
"""A rendered person stays so long; then the picture is empty until the next comes."""
NOISE, GRAINS = 10.0, 16
"""Sigma in grey levels; so many fields of it are shifted about."""
GRIMACES = (
    MouthShape(width=0.8, press=0.3),
    MouthShape(opening=0.9),
    MouthShape(press=1.0),
    MouthShape(width=-0.6, rounding=0.4),
    MouthShape(opening=0.25, width=0.5, teeth=1.0),
    MouthShape(opening=0.15, tongue=1.0),
)
"""Smile, yawn, pressed lips, pout, grin, the tongue between the lips."""


def still(takes: Sequence[Take], rng: np.random.Generator) -> Iterator[np.ndarray]:
    """As recorded."""
    return show(idling(takes, rng))


def about_to_speak(takes: Sequence[Take], rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Lips that open for the first sound and close after the last, again and again."""
    return show(idling(takes, rng, 0.0, 0.0))


def moving(move: Move) -> Film:
    """As recorded, the picture moved as by a head or a held camera."""

    def film(takes: Sequence[Take], rng: np.random.Generator) -> Iterator[np.ndarray]:
        for number, image in enumerate(still(takes, rng)):
            right, down, larger, turned = move(number / FPS, rng)
            height, width = image.shape[:2]
            matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turned, larger)
            matrix[:, 2] += np.array((right, down))
            yield cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)

    return film


def flickering(takes: Sequence[Take], rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Light that goes up and down by a third, and flickers by a tenth."""
    for number, image in enumerate(still(takes, rng)):
        light = 1 + math.sin(2 * math.pi * 0.2 * number / FPS) / 3 + 0.1 * rng.normal()
        yield exposed(image, max(0.3, light))


def noisy(takes: Sequence[Take], rng: np.random.Generator) -> Iterator[np.ndarray]:
    """In the dark, where a sensor is noisy."""
    every: dict[tuple[int, ...], list[np.ndarray]] = defaultdict(list)
    for image in still(takes, rng):
        grains = every[image.shape]  # clips need not be of one size
        if len(grains) < GRAINS:
            grains.append(rng.normal(0, NOISE, image.shape).astype(np.int16))
        shift = tuple(rng.integers(0, 200, 2).tolist())
        grain = np.roll(grains[rng.integers(len(grains))], shift, (0, 1))
        yield np.clip(image + grain, 0, 255).astype(np.uint8)


def rendered(grimaces: bool) -> Film:
    """People who don't exist, one after the other; they sway and blink, or make faces as well."""

    def film(takes: Sequence[Take], rng: np.random.Generator) -> Iterator[np.ndarray]:
        count = round(PERSON_SECONDS * FPS)
        while True:
            scene = random_scene(int(rng.integers(2**31)))
            mouths = _grimaces(count, rng) if grimaces else [MouthShape()] * count
            for _, image in scene.film(enumerate(mouths)):
                yield image
            for _ in range(round(EMPTY_SECONDS * FPS)):
                yield np.zeros_like(image)

    return film


def _grimaces(count: int, rng: np.random.Generator) -> list[MouthShape]:
    """One every two to six seconds, made in 0.2 to 0.6 s and held for 0.1 to 1.5 s."""
    shapes = np.zeros((count, len(astuple(MouthShape()))))
    place = 0
    while True:
        place += round(FPS * rng.uniform(2, 6))
        rise = np.linspace(0, 1, round(FPS * rng.uniform(0.2, 0.6)) + 1)[1:]
        rise = rise * rise * (3 - 2 * rise)
        course = np.concatenate([rise, np.ones(round(FPS * rng.uniform(0.1, 1.5))), rise[::-1]])
        if place + len(course) > count:
            return [MouthShape(*row) for row in shapes.tolist()]
        goal = rng.uniform(0.3, 1) * np.array(astuple(GRIMACES[rng.integers(len(GRIMACES))]))
        shapes[place : place + len(course)] = np.outer(course, goal)
        place += len(course)


KINDS: dict[str, Film] = {
    "still": still,
    **{name: moving(move) for name, move in MOVES.items() if name != "as recorded"},
    "flickering": flickering,
    "noisy": noisy,
    "rendered": rendered(False),
    "grimaces": rendered(True),
    "about to speak": about_to_speak,
}
