"""The head without its mouth: face, nose, brows, hair, shoulders; the eyes, which blink."""

import numpy as np

from ..system.opencv import cv2
from .person import Person
from .plane import Plane, ramp

LEFT, TOP, RIGHT, BOTTOM = -2.6, -1.8, 2.6, 4.2
"""The plane's bounds."""
EYES = (-0.75, -0.28, 0.75, 0.22)
"""The window in which eyes blink."""
FACE = (-0.9, 0.5, 0.9, 1.95)
"""The window that mouth and jaw move."""
CROWN = 0.15
"""Where the face is widest, below the eyes."""


def blank_head(person: Person, detail: int) -> tuple[Plane, np.ndarray]:
    """The head without eyes and mouth, and how far it covers what is behind it, (H, W) uint8."""
    rows, columns = round((BOTTOM - TOP) * detail), round((RIGHT - LEFT) * detail)
    colour = np.full((rows, columns, 3), person.skin, np.float32)
    plane = Plane(LEFT, TOP, detail, colour, np.full((rows, columns), -1.2, np.float32))
    rng = np.random.default_rng(person.texture)
    cover = _draw_body(plane, person, rng)
    cover = np.maximum(cover, _draw_head(plane, person, rng))
    return plane, (255 * cover).astype(np.uint8)


def _ellipse(x: float, y: float, width: float, height: float) -> np.ndarray:
    turn = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    return np.column_stack([x + width * np.cos(turn), y + height * np.sin(turn)])


def _signed(x: np.ndarray, power: float) -> np.ndarray:
    return np.sign(x) * abs(x) ** power


def _mirrored(right_half: np.ndarray) -> np.ndarray:
    return np.concatenate([right_half, right_half[::-1] * (-1, 1)])


def _blotches(
    shape: tuple[int, int], rng: np.random.Generator, cells: tuple[int, int]
) -> np.ndarray:
    """(H, W) float32 in about ±1: smooth noise of so many cells down and across."""
    coarse = rng.normal(0, 1, cells).astype(np.float32)
    return cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC)


def _filled(mask: np.ndarray) -> np.ndarray:
    """Opaque up to where `mask` ends: its soft edge is for what shows through from behind."""
    return np.clip(4 * mask, 0, 1)


def _draw_body(plane: Plane, person: Person, rng: np.random.Generator) -> np.ndarray:
    """Long hair's back, neck and shirt; returns what they cover."""
    shape = plane.height.shape
    x, y = plane.grid()
    cover = np.zeros(shape, np.float32)
    if person.long_hair:
        end = rng.uniform(1.5, 2.3)
        width = person.width + rng.uniform(0.12, 0.25)
        half = np.array(
            [
                (0, -1.34),
                (0.45, -1.25),
                (0.75, -0.95),
                (width, -0.4),
                (width + 0.05, 0.8),
                (width - 0.08, end),
            ]
        )
        cover = plane.area(_mirrored(half), soft=0.05)
        plane.paint(_filled(cover), _hair_colour(plane, person, rng) * 0.75)
        plane.height += cover * (0.35 - 0.25 * (x / width) ** 2)
    neck = plane.area(
        _mirrored(np.array([(0.48, 0.8), (0.47, 1.6), (0.62, 1.95), (0.5, 2.4)])), 0.02
    )
    shadow = 0.62 + 0.25 * np.clip((y - person.chin) / 0.7, 0, 1)
    plane.paint(_filled(neck), np.array(person.skin) * shadow[..., None])
    plane.height += neck * (0.45 - 0.8 * x**2 - plane.height - 1.2 + 0.3)
    half = np.array(
        [(0.0, 2.15), (0.3, 2.08), (0.52, 1.82), (1.3, 2.08), (1.95, 2.4), (2.3, 3.2), (2.45, 4.3)]
    )
    shirt = plane.area(_mirrored(half), soft=0.02)
    folds = 1 + 0.08 * _blotches(shape, rng, (9, 12))
    plane.paint(_filled(shirt), np.array(person.shirt) * folds[..., None])
    plane.height += shirt * (-0.55 - 0.12 * x**2 - plane.height)
    return np.maximum(cover, np.maximum(neck, shirt))


def _hair_colour(plane: Plane, person: Person, rng: np.random.Generator) -> np.ndarray:
    rows, columns = plane.height.shape
    streaks = 1 + 0.22 * _blotches((rows, columns), rng, (14, columns // 3))
    return np.clip(streaks, 0.5, 1.7)[..., None] * np.array(person.hair, np.float32)


def _draw_head(plane: Plane, person: Person, rng: np.random.Generator) -> np.ndarray:
    ears = plane.area(_ellipse(-person.width, 0.2, 0.10, 0.2), soft=0.015)
    ears = np.maximum(ears, plane.area(_ellipse(person.width, 0.2, 0.10, 0.2), soft=0.015))
    plane.paint(ears, np.array(person.skin) * (0.85, 0.86, 0.92))
    plane.height += ears * (-0.15 - plane.height)
    outline = _face_outline(person)
    face = plane.area(outline, soft=0.012)
    plane.paint(face, _skin_colour(plane, person, rng))
    plane.height += face * (_relief(plane, person) - plane.height)
    _draw_brows_and_nose(plane, person)
    if person.beard:
        _draw_beard(plane, person, rng)
    hair = _draw_hair(plane, person, rng)
    return np.maximum(np.maximum(face, ears), hair)


def _face_outline(person: Person) -> np.ndarray:
    turn = np.linspace(-np.pi / 2, np.pi / 2, 40)
    down = np.sin(turn) > 0
    power = np.where(down, 2 / person.jaw, 2 / 2.2)
    x = person.width * np.cos(turn) ** power
    reach = np.where(down, person.chin - CROWN, 1.2 + CROWN)
    return _mirrored(
        np.column_stack([x, CROWN + reach * np.sign(turn) * abs(np.sin(turn)) ** power])
    )


def _skin_colour(plane: Plane, person: Person, rng: np.random.Generator) -> np.ndarray:
    shape = plane.height.shape
    red = 0.06 * (plane.bump((-0.45, 0.45), (0.2, 0.2)) + plane.bump((0.45, 0.45), (0.2, 0.2)))
    red += 0.05 * plane.bump((0, person.nose_length), (0.13, 0.13))
    red += 0.012 * _blotches(shape, rng, (40, 36))
    colour = (
        np.array(person.skin, np.float32) * (1 + 0.03 * _blotches(shape, rng, (24, 20)))[..., None]
    )
    colour[..., 2] += red
    colour[..., :2] -= 0.5 * red[..., None]
    return colour


def _egg(plane: Plane, width: float, above: float, below: float) -> np.ndarray:
    x, y = plane.grid()
    reach = np.where(y > CROWN, below - CROWN, above + CROWN)
    edge = abs(x / width) ** 2.4 + abs((y - CROWN) / reach) ** 2.3
    return 0.8 * np.sqrt(np.clip(1 - edge, 0, 1)) - 0.15


def _relief(plane: Plane, person: Person) -> np.ndarray:
    """How far the face stands out: an egg with brow, sockets, nose, cheeks, lips' bulge, chin."""
    x, y = plane.grid()
    height = _egg(plane, person.width + 0.02, 1.5, person.chin + 0.06)
    tip = person.nose_length
    height += 0.05 * plane.bump((0, -0.17), (0.5, 0.1))
    for side in (-1, 1):
        height -= 0.10 * plane.bump((side * person.eyes, 0.0), (0.19, 0.13))
        height -= 0.05 * plane.bump((side * 0.14, -0.02), (0.07, 0.12))
        height += 0.05 * plane.bump((side * 0.43, 0.36), (0.2, 0.16))
        height += 0.08 * plane.bump((side * person.nose_width, tip - 0.02), (0.055, 0.055))
    along = np.clip((y + 0.12) / (tip + 0.12), 0, 1)
    under = 1 - ramp((y - tip + 0.07) / 0.2)
    ridge = (0.05 + 0.22 * along**1.3) * under * (y > -0.4) * np.clip((y + 0.35) / 0.25, 0, 1)
    height += ridge * np.exp(-((x / (0.07 + 0.06 * along)) ** 2))
    height += 0.06 * plane.bump((0, person.mouth), (0.32, 0.2))
    height -= 0.03 * plane.bump((0, person.mouth + 0.17), (0.18, 0.05))
    height += 0.05 * plane.bump((0, person.chin - 0.16), (0.17, 0.12))
    return height


def _draw_brows_and_nose(plane: Plane, person: Person) -> None:
    along = np.linspace(-1, 1, 9)
    tip = person.nose_length
    for side in (-1, 1):
        x = side * (person.eyes + 0.02 + 0.21 * along)
        y = -person.brow - person.brow_tilt * along - 0.04 * (1 - along**2)
        brow = plane.line(np.column_stack([x, y]), 2 * person.brow_thickness, soft=0.016)
        plane.paint(0.85 * brow, np.array(person.hair) * 0.8 + 0.02)
        nostril = plane.area(
            _ellipse(side * person.nose_width * 0.58, tip + 0.045, 0.042, 0.02), soft=0.012
        )
        plane.paint(0.75 * nostril, np.array(person.skin) * 0.25)
    under = plane.bump((0, tip + 0.07), (person.nose_width * 1.1, 0.04))
    plane.paint(0.22 * under, np.array(person.skin) * 0.5)


def _draw_beard(plane: Plane, person: Person, rng: np.random.Generator) -> None:
    x, y = plane.grid()
    inner = _ellipse(0, person.mouth - 0.36, 0.56, 0.58)
    jaw = plane.area(_face_outline(person), soft=0.04) * (1 - plane.area(inner, soft=0.05))
    jaw = jaw * np.clip((y - 0.3) / 0.3, 0, 1)
    moustache = plane.area(_ellipse(0, person.mouth - 0.12, 0.3, 0.055), soft=0.03)
    stubble = np.clip(1 + 0.25 * _blotches(plane.height.shape, rng, (180, 160)), 0.4, 1.3)
    amount = (0.25 + 0.5 * person.beard) * np.maximum(jaw, 0.9 * moustache) * stubble
    plane.paint(np.clip(amount, 0, 0.85), np.array(person.hair) * 1.1 + 0.03)


def _draw_hair(plane: Plane, person: Person, rng: np.random.Generator) -> np.ndarray:
    """The hair's front, around the forehead; returns what it covers."""
    width = person.width + 0.07
    crown = 1.28 + rng.uniform(0, 0.12)
    turn = np.linspace(np.pi, 2 * np.pi, 30)
    up = abs(np.sin(turn)) ** 0.8
    outside = np.column_stack([_signed(np.cos(turn), 0.8) * width, 0.02 - crown * up])
    sides = 0.5 if person.long_hair else rng.uniform(-0.05, 0.12)
    parting = rng.uniform(-0.3, 0.3)
    line = -person.hairline
    temple = person.width * 0.86
    inside = np.array(
        [
            (width, sides),
            (person.width - 0.03, sides - 0.1),
            (temple, -0.35),
            (temple * 0.75, line * 0.85),
            (parting, line - 0.08),
            (-temple * 0.75, line * 0.85),
            (-temple, -0.35),
            (-person.width + 0.03, sides - 0.1),
            (-width, sides),
        ]
    )
    hair = plane.area(np.concatenate([outside, inside]), soft=0.03)
    plane.paint(_filled(hair), _hair_colour(plane, person, rng))
    plane.height += hair * (_egg(plane, width + 0.05, crown + 0.1, 1.5) + 0.02 - plane.height)
    return hair


def draw_eyes(plane: Plane, person: Person, blink: float) -> None:
    """Draw both eyes, `blink` from 0 open to 1 closed."""
    for side in (-1, 1):
        _draw_eye(plane, person, side, blink)


def _draw_eye(plane: Plane, person: Person, side: int, blink: float) -> None:
    along = np.linspace(-1, 1, 17)
    x = side * person.eyes + 0.155 * along
    arch = (1 - along**2) ** 0.8
    rise = person.eye_opening * (1 - blink)
    tilt = -0.012 * side * along
    lower = 0.02 + tilt + 0.75 * person.eye_opening * arch * 0.75
    upper = np.minimum(0.02 + tilt - rise * 1.1 * arch + blink * 0.04 * arch, lower)
    middle = (side * person.eyes, 0.0)
    plane.paint(0.25 * plane.bump(middle, (0.2, 0.12)), np.array(person.skin) * 0.55)
    opening = np.concatenate([np.column_stack([x, upper]), np.column_stack([x, lower])[::-1]])
    eye = plane.area(opening, soft=0.005)
    plane.paint(eye, (0.80, 0.82, 0.84))
    iris = plane.area(_ellipse(side * person.eyes, 0.0, 0.064, 0.064), soft=0.005) * eye
    plane.paint(iris, person.iris)
    plane.paint(plane.area(_ellipse(side * person.eyes, 0.0, 0.028, 0.028)) * eye, (0.02,) * 3)
    plane.paint(
        plane.area(_ellipse(side * person.eyes - 0.02, -0.02, 0.012, 0.012)) * eye, (1,) * 3
    )
    lid = np.column_stack([x, upper])
    plane.paint(0.35 * plane.line(lid, 0.05, soft=0.02) * eye, (0.1, 0.1, 0.1))
    plane.paint(0.85 * plane.line(lid, 0.022, soft=0.007), np.array(person.hair) * 0.3)
    crease = np.column_stack([x, upper - 0.045 * (1 - 0.3 * blink)])[2:-2]
    plane.paint(0.4 * plane.line(crease, 0.012, soft=0.01), np.array(person.skin) * 0.45)
    below = np.column_stack([x, lower])
    plane.paint(0.3 * plane.line(below, 0.012, soft=0.008), np.array(person.skin) * 0.4)
