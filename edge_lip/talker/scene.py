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
    """The scene of that seed."""
    rng = np.random.default_rng(seed)
    head = Head(
        x=rng.uniform(0.45, 0.55),
        y=rng.uniform(0.40, 0.48),
        scale=rng.uniform(55, 70) / 288,
        roll=rng.uniform(-0.06, 0.06),
    )
    light = Light(rng.uniform(-0.4, 0.4), rng.uniform(0.1, 0.5), rng.uniform(0.8, 1.15))
    return Scene(random_person(seed), random_voice(seed), head, light, seed=seed)
