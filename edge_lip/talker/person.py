"""What one rendered person looks like.

Lengths are in eye distances (between the outer corners of the eyes, some 9 cm on an adult), the
origin is the middle between the eyes, x to the right of the picture, y down. Colours are linear
blue, green, red from 0 to 1, as OpenCV orders them.
"""

from dataclasses import dataclass

import numpy as np

Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Person:
    """The looks of one person: all that stays the same from picture to picture."""

    skin: Colour
    hair: Colour
    iris: Colour
    lips: Colour
    shirt: Colour
    wall: Colour
    width: float
    """Half the face's width."""
    chin: float
    """How far below the eyes the chin ends."""
    jaw: float
    """Exponent of the lower face's outline: 1.8 is pointed, 2.6 square."""
    eyes: float
    """From the middle of the face to the middle of an eye."""
    eye_opening: float
    brow: float
    """How far above the eyes the brows are."""
    brow_thickness: float
    brow_tilt: float
    nose_length: float
    nose_width: float
    mouth: float
    """How far below the eyes the closed mouth is."""
    mouth_width: float
    """Half the resting mouth's width."""
    lip_thickness: float
    hairline: float
    """How far above the eyes the hair begins."""
    long_hair: bool
    beard: float
    """0 none, 1 a full beard."""
    texture: int
    """Seed of what is irregular: skin, hair, wall."""


SKINS: tuple[Colour, ...] = (
    (0.66, 0.76, 0.93),
    (0.58, 0.70, 0.89),
    (0.52, 0.65, 0.85),
    (0.44, 0.57, 0.78),
    (0.36, 0.48, 0.68),
    (0.28, 0.39, 0.58),
)
HAIRS: tuple[Colour, ...] = (
    (0.06, 0.06, 0.07),
    (0.08, 0.10, 0.14),
    (0.10, 0.16, 0.26),
    (0.14, 0.24, 0.40),
    (0.28, 0.46, 0.62),
    (0.10, 0.20, 0.46),
    (0.55, 0.56, 0.58),
)
IRISES: tuple[Colour, ...] = ((0.08, 0.15, 0.26), (0.42, 0.34, 0.22), (0.22, 0.32, 0.24))


def random_person(seed: int, female: bool | None = None) -> Person:
    """The person of that seed; long hair or a beard go by `female`, by chance where it is None."""
    rng = np.random.default_rng(seed)
    if female is None:
        female = bool(rng.random() < 0.5)

    def between(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    def mixed(colour: Colour, other: Colour, share: float) -> Colour:
        b, g, r = ((1 - share) * np.array(colour) + share * np.array(other)).tolist()
        return (b, g, r)

    def any_colour(low: float, high: float) -> Colour:
        return (between(low, high), between(low, high), between(low, high))

    tone = between(0, len(SKINS) - 1.001)
    skin = mixed(SKINS[int(tone)], SKINS[int(tone) + 1], tone % 1)
    dark_hair = tone > 2.5
    hair = HAIRS[int(rng.integers(3 if dark_hair else len(HAIRS)))]
    iris = IRISES[0 if dark_hair else int(rng.integers(len(IRISES)))]
    red: Colour = (0.36, 0.31, 0.80) if female else (0.42, 0.43, 0.78)
    blush = mixed(skin, red, between(0.6, 0.9) if female else between(0.5, 0.8))
    lips = mixed(blush, (0.0, 0.0, 0.0), 0.04 * tone)
    chin = between(1.17, 1.34)
    return Person(
        skin=skin,
        hair=hair,
        iris=iris,
        lips=lips,
        shirt=mixed(any_colour(0.05, 0.8), (0.35, 0.33, 0.32), 0.35),
        wall=mixed(any_colour(0.3, 0.9), (0.62, 0.66, 0.68), 0.7),
        width=between(0.77, 0.86),
        chin=chin,
        jaw=between(1.9, 2.2) if female else between(2.05, 2.5),
        eyes=between(0.335, 0.365),
        eye_opening=between(0.060, 0.078),
        brow=between(0.20, 0.26),
        brow_thickness=between(0.018, 0.030) if female else between(0.028, 0.045),
        brow_tilt=between(-0.05, 0.01),
        nose_length=between(0.47, 0.54),
        nose_width=between(0.11, 0.16),
        mouth=0.62 * chin + between(0.0, 0.04),
        mouth_width=between(0.265, 0.32),
        lip_thickness=between(0.09, 0.125) if female else between(0.075, 0.115),
        hairline=between(0.62, 0.78),
        long_hair=female or bool(rng.random() < 0.05),
        beard=0.0 if female or rng.random() < 0.55 else between(0.3, 1.0),
        texture=int(rng.integers(2**31)),
    )
