"""The mouth: what shape it takes, and how that looks."""

from dataclasses import dataclass

import numpy as np

from .person import Person
from .plane import Plane, ramp

GAPE = 0.34
"""Distance of the inner lips at opening 1, in eye distances: some 3 cm."""
JAW = 0.72
"""The chin's way down over that distance."""
RAISED = 0.38
"""Share of that distance above the line between the mouth's corners."""
CAVITY = (0.07, 0.05, 0.13)
TEETH = (0.50, 0.62, 0.66)
TOOTH = 0.085
"""A tooth's width, in eye distances."""
TONGUE = (0.36, 0.34, 0.62)
HOLLOW = 0.28
"""How far the inside of an open mouth is behind the face."""


@dataclass(frozen=True)
class MouthShape:
    """What the mouth does at a moment; all 0 is a closed mouth at rest."""

    opening: float = 0.0
    """Between the inner lips, 0 closed to 1 wide open."""
    width: float = 0.0
    """-1 narrow, 1 spread."""
    rounding: float = 0.0
    """0 flat to 1 round and pushed forward."""
    press: float = 0.0
    """0 loose lips to 1 pressed together and drawn in."""
    tuck: float = 0.0
    """0 to 1: the lower lip under the upper teeth."""
    teeth: float = 0.0
    """0 hidden to 1: the upper teeth show as far as the opening lets them."""
    tongue: float = 0.0
    """0 low to 1: its tip at the upper teeth."""


@dataclass(frozen=True)
class _Lips:
    """The four contours, each (N, 2) from the left corner to the right one."""

    outer_upper: np.ndarray
    inner_upper: np.ndarray
    inner_lower: np.ndarray
    outer_lower: np.ndarray


def jaw_drop(shape: MouthShape) -> float:
    """How far the chin sinks, in eye distances."""
    return JAW * GAPE * shape.opening


def draw_mouth(plane: Plane, person: Person, shape: MouthShape) -> np.ndarray:
    """Draw lips, teeth and tongue on a plane that shows the face, jaw lowered already.

    Returns how far the opening is behind what is drawn there, (H, W) float32: light does not fall
    into it as on a slope.
    """
    lips = _contours(person, shape)
    whole = plane.area(np.concatenate([lips.outer_upper, lips.outer_lower[::-1]]), soft=0.008)
    inner = plane.area(np.concatenate([lips.inner_upper, lips.inner_lower[::-1]]), soft=0.004)
    middle = (0.0, float(lips.inner_lower[:, 1].max() + lips.inner_upper[:, 1].min()) / 2)
    pout = 0.10 * shape.rounding - 0.03 * shape.press
    plane.height += pout * plane.bump(middle, (0.26, 0.22))
    _draw_lips(plane, person, lips, whole)
    _draw_inside(plane, shape, lips, inner)
    # Where the lips meet it is dark, more so in the corners.
    closed = 1 - min(1.0, shape.opening * 8)
    if closed > 0:
        seam = plane.line((lips.inner_upper + lips.inner_lower) / 2, 0.012, soft=0.008)
        plane.paint(0.55 * closed * seam, np.array(person.lips) * 0.35)
    for end in (0, -1):
        corner = plane.bump(tuple(lips.inner_upper[end]), (0.030, 0.024))
        plane.paint(0.35 * corner, np.array(person.skin) * 0.4)
    return min(HOLLOW, 2 * shape.opening) * inner


def _draw_lips(plane: Plane, person: Person, lips: _Lips, whole: np.ndarray) -> None:
    _, y = plane.grid()
    seam = float((lips.inner_upper[:, 1].min() + lips.inner_lower[:, 1].max()) / 2)
    # Light from above: the upper lip turns away from it, the lower one catches it.
    tint = np.where(y < seam, 0.86, 1.0)[..., None] * np.array(person.lips, np.float32)
    plane.paint(0.92 * whole, tint)
    for outer, inner in (
        (lips.outer_upper, lips.inner_upper),
        (lips.outer_lower, lips.inner_lower),
    ):
        ridge = plane.line((outer + inner) / 2, 0.03, soft=0.025)
        plane.height += 0.035 * ridge
        if outer is lips.outer_lower:
            plane.paint(0.10 * ridge * whole, (1.0, 1.0, 1.0))


def _draw_inside(plane: Plane, shape: MouthShape, lips: _Lips, inner: np.ndarray) -> None:
    x, y = plane.grid()
    width = float(lips.inner_upper[-1, 0])
    top, bottom = float(lips.inner_upper[:, 1].min()), float(lips.inner_lower[:, 1].max())
    plane.paint(inner, CAVITY)
    rounded = np.clip(1 - (x / max(width, 1e-3)) ** 2, 0, 1)  # darker to the corners
    if shape.tongue > 0.02 or shape.opening > 0.2:
        lift = 0.25 + 0.55 * shape.tongue
        crown = bottom - lift * (bottom - top)
        tongue = ramp((y - crown - 2.5 * x**2) / 0.1 + 0.5)
        plane.paint(inner * tongue * rounded * 0.85, np.array(TONGUE) * (0.55 + 0.3 * shape.tongue))
    if shape.teeth > 0.02:
        edge = np.interp(x[0], *lips.inner_upper.T)[None, :] + 0.085 * shape.teeth
        teeth = 1 - ramp((y - edge) / 0.05 + 0.5)
        gaps = 0.8 + 0.2 * abs(np.sin(np.pi * x / TOOTH)) ** 0.5
        plane.paint(inner * teeth * rounded * gaps, np.array(TEETH))


def _contours(person: Person, shape: MouthShape) -> _Lips:
    along = np.linspace(-1, 1, 25)
    spread = 1 + 0.22 * shape.width - 0.38 * shape.rounding - 0.12 * shape.opening
    half = person.mouth_width * spread
    x = half * along
    # Flat lips part like a lens, round ones like a circle.
    arch = (1 - along**2) ** (0.85 - 0.35 * shape.rounding)
    gap = GAPE * shape.opening
    corners = person.mouth + 0.35 * jaw_drop(shape) - 0.016 * along**2
    inner_upper = corners - RAISED * gap * arch
    inner_lower = inner_upper + gap * arch
    full = person.lip_thickness * (1 + 0.25 * shape.rounding) * (1 - 0.55 * shape.press)
    bow = (
        1
        - 0.16 * np.exp(-((along / 0.12) ** 2))
        + 0.06 * np.exp(-(((abs(along) - 0.3) / 0.2) ** 2))
    )
    taper = (1 - along**2) ** 0.75
    upper = 0.85 * full * (1 - 0.2 * shape.opening) * bow * taper
    lower = 1.15 * full * (1 - 0.75 * shape.tuck) * (1 - 0.15 * shape.opening) * taper
    return _Lips(
        np.column_stack([x, inner_upper - upper]),
        np.column_stack([x, inner_upper]),
        np.column_stack([x, inner_lower]),
        np.column_stack([x, inner_lower + lower]),
    )
