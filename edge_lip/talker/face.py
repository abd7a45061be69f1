"""A person's picture, and its depth, with a given mouth.

The head is one plane (see `plane`): colours and heights, drawn once for a person. For a picture
the jaw is lowered, mouth and eyes are drawn, what changed is lit anew and the whole is laid over
the background where the head is.
"""

import functools
from dataclasses import dataclass

import numpy as np

from ..system.opencv import cv2
from .head import EYES, FACE, LEFT, TOP, blank_head, draw_eyes
from .mouth import MouthShape, draw_mouth, jaw_drop
from .person import Person
from .plane import Light, Plane, ramp, shade
from .turn import side_view
from .wall import wall

EYE_DISTANCE = 90.0
"""In millimetres, of everybody."""
FOCAL = 1.1
"""Focal length over the picture's height, as a Kinect's."""
LEVEL = 4.0
"""Millimetres per level of a depth picture; 0 is not measured."""
WALL_DISTANCE = 1000.0
PATCHES = 512
"""Rows and columns of noise, of which every picture takes others."""
MARGIN = 4
"""Pixels at a window's edge whose light would need heights from beyond it."""


@dataclass(frozen=True)
class Head:
    """Where the head is in the picture."""

    x: float = 0.5
    """Middle between the eyes, over the picture's width."""
    y: float = 0.42
    """The same over its height."""
    scale: float = 0.18
    """Eye distance over the picture's height."""
    roll: float = 0.0
    """Radians, clockwise."""
    yaw: float = 0.0
    """Radians, towards the picture's right."""

    def point(self, x: float, y: float, size: tuple[int, int]) -> tuple[float, float]:
        """Where a point of the face, in eye distances, is in a picture of that size, in pixels."""
        length = self.scale * size[1]
        cos, sin = length * np.cos(self.roll), length * np.sin(self.roll)
        return self.x * size[0] + cos * x - sin * y, self.y * size[1] + sin * x + cos * y


@dataclass(frozen=True)
class Lens:
    """What films, and how well."""

    size: tuple[int, int] = (640, 480)
    """Width and height of the picture, pixels."""
    blur: float = 0.8
    """Sigma, pixels."""
    noise: float = 4.0
    """Sigma, grey levels."""


LENS = Lens()
REST = MouthShape()
UPRIGHT = Head()
LIGHT = Light()


def render(
    person: Person,
    mouth: MouthShape = REST,
    head: Head = UPRIGHT,
    blink: float = 0.0,
    light: Light = LIGHT,
    lens: Lens = LENS,
    grain: int = 0,
) -> np.ndarray:
    """The picture of `person`, (H, W, 3) uint8 BGR.

    `blink`: 0 open to 1 closed eyes. `grain`: seed of the sensor's noise.
    """
    turned = light.turned(head.yaw)
    picture, _, alpha = _face(person, mouth, blink, turned, _detail(head, lens))
    colour, cover = (_placed(layer, person, head, lens) for layer in (picture, alpha))
    return _seen(
        _laid_over(colour, cover, wall(person, lens.size), light.backlight), light, lens, grain
    )


def render_depth(
    person: Person,
    mouth: MouthShape = REST,
    head: Head = UPRIGHT,
    lens: Lens = LENS,
    grain: int = 0,
) -> np.ndarray:
    """The depth that belongs to such a picture, (H, W) uint8.

    In steps of `LEVEL` millimetres from the camera, 0 where nothing was measured.
    """
    _, relief, alpha = _face(person, mouth, 0.0, LIGHT, _detail(head, lens))
    height, cover = (_placed(layer, person, head, lens) for layer in (relief, alpha))
    distance = FOCAL / head.scale * EYE_DISTANCE - EYE_DISTANCE * height
    return _measured(distance, cover, grain)


def _detail(head: Head, lens: Lens) -> int:
    """Pixels to an eye distance in which the head is drawn: about as many as it is shown with."""
    return max(32, 32 * round(head.scale * lens.size[1] / 32))


def _placed(layer: np.ndarray, person: Person, head: Head, lens: Lens) -> np.ndarray:
    """`layer` of the head's plane, turned, where the head is in the picture."""
    detail = _detail(head, lens)
    if head.yaw:
        layer = cv2.remap(layer, *_side_view(person, detail, head.yaw), cv2.INTER_LINEAR)
    step = head.scale * lens.size[1] / detail
    cos, sin = step * np.cos(head.roll), step * np.sin(head.roll)
    eyes = np.array((-LEFT * detail, -TOP * detail))
    turn = np.array([[cos, -sin], [sin, cos]])
    move = np.array((head.x * lens.size[0], head.y * lens.size[1])) - turn @ eyes
    matrix = np.column_stack([turn, move])
    return cv2.warpAffine(layer, matrix, lens.size, flags=cv2.INTER_LINEAR)


def _face(
    person: Person, mouth: MouthShape, blink: float, light: Light, detail: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lit colours (h, w, 3) uint8, heights (h, w) float32 and cover (h, w) uint8 of the plane."""
    head, alpha = _head(person, detail)
    picture, relief = _lit_head(person, light, detail).copy(), head.height.copy()
    eyes, lower = head.window(*EYES).copy(), head.window(*FACE).copy()
    draw_eyes(eyes, person, blink)
    _lower_jaw(lower, person, jaw_drop(mouth))
    hollow = draw_mouth(lower, person, mouth)
    for bounds, part in ((EYES, eyes), (FACE, lower)):
        there = Plane(LEFT, TOP, detail, picture, relief).window(*bounds)
        inside = (slice(MARGIN, -MARGIN), slice(MARGIN, -MARGIN))
        there.colour[inside] = shade(part, light)[inside]
        there.height[:] = part.height
    Plane(LEFT, TOP, detail, picture, relief).window(*FACE).height[:] -= hollow
    return picture, relief, alpha


def _lower_jaw(plane: Plane, person: Person, drop: float) -> None:
    """Move what is below the mouth down by `drop`, fading out in the neck and to the cheeks."""
    x, y = plane.grid()
    begin = ramp((y - person.mouth + 0.12) / 0.24)
    end = 1 - ramp((y - person.chin - 0.1) / (FACE[3] - person.chin - 0.15))
    sides = 1 - ramp((abs(x) - 0.45) / (FACE[2] - 0.5))
    shift = drop * plane.detail * begin * end * sides
    rows, columns = plane.height.shape
    from_x = np.broadcast_to(np.arange(columns, dtype=np.float32), (rows, columns))
    from_y = (np.arange(rows)[:, None] - shift).astype(np.float32)
    for layer in (plane.colour, plane.height):
        layer[:] = cv2.remap(
            layer, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )


_head = functools.lru_cache(maxsize=8)(blank_head)


@functools.lru_cache(maxsize=2)
def _side_view(person: Person, detail: int, yaw: float) -> tuple[np.ndarray, np.ndarray]:
    """Column and row, (h, w) float32 each, of what is seen at each place of the turned head."""
    columns = side_view(_head(person, detail)[0], yaw)
    rows = np.arange(len(columns), dtype=np.float32)[:, None]
    return columns, np.broadcast_to(rows, columns.shape).copy()


@functools.lru_cache(maxsize=8)
def _lit_head(person: Person, light: Light, detail: int) -> np.ndarray:
    return shade(_head(person, detail)[0], light)


def _laid_over(colour: np.ndarray, cover: np.ndarray, wall: np.ndarray, back: float) -> np.ndarray:
    if back:
        # Exposed for what is behind, the face is dark; stray light in the lens veils it.
        colour = cv2.convertScaleAbs(colour, alpha=1 - 0.75 * back)
        wall = cv2.convertScaleAbs(wall, alpha=1 - back, beta=255 * back)
        veil = cv2.GaussianBlur(cv2.bitwise_not(cover), (0, 0), 0.06 * len(cover))
        colour = cv2.add(
            colour, cv2.cvtColor(veil, cv2.COLOR_GRAY2BGR) * (0.3 * back), dtype=cv2.CV_8U
        )
    cover = cv2.cvtColor(cover, cv2.COLOR_GRAY2BGR)
    front = cv2.multiply(colour, cover, scale=1 / 255)
    return cv2.add(front, cv2.multiply(wall, cv2.bitwise_not(cover), scale=1 / 255))


@functools.lru_cache(maxsize=4)
def _noise(shape: tuple[int, ...], sigma: float) -> np.ndarray:
    """int8 noise of a sensor, a little blurred as sensors' colours are, with the first `PATCHES`
    rows and columns behind the last again."""
    noise = np.random.default_rng(0).normal(0, sigma, (PATCHES, PATCHES, 3)).astype(np.float32)
    noise = cv2.GaussianBlur(noise, (0, 0), 0.6).round().astype(np.int8)
    return np.pad(noise, [(0, shape[0]), (0, shape[1]), (0, 0)], mode="wrap")


def _noise_patch(shape: tuple[int, ...], sigma: float, grain: int) -> np.ndarray:
    """(H, W, 3) int8, another part of the noise for every `grain`."""
    top, left = np.random.default_rng(grain).integers(PATCHES, size=2)
    return _noise(shape, sigma)[top : top + shape[0], left : left + shape[1]]


def _seen(image: np.ndarray, light: Light, lens: Lens, grain: int) -> np.ndarray:
    """As a camera sees it: soft, exposed, noisy."""
    if lens.blur:
        image = cv2.GaussianBlur(image, (0, 0), lens.blur)
    image = cv2.convertScaleAbs(image, alpha=light.brightness)
    if lens.noise:
        noise = _noise_patch(image.shape, lens.noise, grain)
        image = cv2.add(image, noise, dtype=cv2.CV_8U)
    return image


def _measured(distance: np.ndarray, cover: np.ndarray, grain: int) -> np.ndarray:
    """As a Kinect measures it: steps, noise, and a shadow of nothing beside what is in front."""
    noise = _noise_patch(distance.shape, LENS.noise, grain + 1)
    inside = cover > 127
    levels = np.where(inside, distance, WALL_DISTANCE) / LEVEL + noise[..., 0] * 0.25
    depth = np.clip(levels, 1, 255).astype(np.uint8)
    shadow = max(1, distance.shape[1] // 80)
    shadowed = np.zeros_like(inside)
    shadowed[:, :-shadow] = inside[:, shadow:] & ~inside[:, :-shadow]
    depth[shadowed | (noise[..., 1] > 6)] = 0
    return depth
