"""One talker and their camera: all that stays the same while they speak."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from .face import Head, Lens, render
from .motion import Motion
from .mouth import MouthShape
from .person import Person, random_person
from .plane import Light
from .voice import Voice, random_voice


@dataclass(frozen=True)
class Scene:
    """Who speaks, where, in what light, and what films it."""

    person: Person
    voice: Voice
    head: Head
    """Its place, about which it sways."""
    light: Light
    size: tuple[int, int] = (360, 288)
    """Width and height of the picture, pixels."""
    fps: float = 25.0
    blur: float = 0.8
    """Sigma of the lens's, pixels."""
    noise: float = 4.0
    """Sigma of the sensor's, grey levels."""
    motion: float = 1.0
    """How much the head sways; 0 keeps it still."""
    seed: int = 0
    """Of sway, blinks and noise."""

    def film(self, moments: Iterable[tuple[int, MouthShape]]) -> Iterator[tuple[int, np.ndarray]]:
        """The picture of each moment, a frame's number and the mouth then: number, image.

        Images are (H, W, 3) uint8 BGR. Numbers grow; some may be left out.
        """
        motion = Motion(self.head, self.seed, self.motion)
        lens = Lens(self.size, self.blur, self.noise)
        for number, mouth in moments:
            head, blink = motion.at(number / self.fps)
            grain = self.seed + number
            yield number, render(self.person, mouth, head, blink, self.light, lens, grain)


def random_scene(seed: int) -> Scene:
    """The scene of that seed: faces of the size that GRID's have, in rooms of all kinds."""
    rng = np.random.default_rng(seed)

    def between(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    size = Scene.size
    head = Head(
        x=between(0.44, 0.56),
        y=between(0.42, 0.52),
        scale=between(60, 76) / size[1],
        roll=between(-0.06, 0.06),
    )
    light = Light(between(-0.4, 0.4), between(0.1, 0.5), between(0.8, 1.2))
    return Scene(
        random_person(seed),
        random_voice(seed),
        head,
        light,
        blur=between(0.5, 1.1),
        noise=between(1.5, 5.0),
        motion=between(0.5, 1.5),
        seed=seed,
    )
