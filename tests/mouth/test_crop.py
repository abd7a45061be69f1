"""Where a crop is cut and what normalization leaves of it, on drawn pictures."""

import math
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_lip.frontend.pixels import CLIP, normalize
from edge_lip.mouth.crop import crop_mouth, outline, visible
from edge_lip.mouth.geometry import CropArea, CropGeometry
from edge_lip.mouth.pose import Pose

GEOMETRY = CropGeometry()
CENTRED = CropGeometry(drop=0.0)


def pose(x: float, y: float, scale: float, angle: float = 0.0) -> Pose:
    return Pose(x, y, scale, angle, eyes=(x, y), score=1.0)


def drawing(x: float, y: float, scale: float, angle: float, side: int = 400) -> np.ndarray:
    """A smooth, lopsided pattern that is placed, sized and turned as a mouth at that pose."""
    rows, columns = np.mgrid[0:side, 0:side]
    cos, sin = math.cos(angle), math.sin(angle)
    right = ((columns - x) * cos + (rows - y) * sin) / scale
    down = ((rows - y) * cos - (columns - x) * sin) / scale
    wave = np.sin(9 * right) + np.cos(7 * down + 1) + np.sin(5 * right * down) + right
    return np.repeat((110 + 30 * wave).clip(0, 255).astype(np.uint8)[..., None], 3, axis=2)


def difference(one: np.ndarray, other: np.ndarray) -> int:
    return int(np.abs(one.astype(int) - other).max())


@pytest.mark.parametrize("angle", [-math.pi / 2, -0.6, 0.3, 1.2, math.pi])
def test_a_turned_head_gives_an_upright_crop(angle: float) -> None:
    upright = crop_mouth(drawing(200, 200, 100, 0), pose(200, 200, 100), GEOMETRY)
    turned = crop_mouth(drawing(200, 200, 100, angle), pose(200, 200, 100, angle), GEOMETRY)
    assert difference(upright, turned) <= 3


@pytest.mark.parametrize("scale", [50, 95, 155, 160, 240, 330])
def test_a_head_near_or_far_gives_the_same_crop(scale: float) -> None:
    usual = crop_mouth(drawing(200.3, 190.6, 110, 0), pose(200.3, 190.6, 110), GEOMETRY)
    other = crop_mouth(drawing(190.6, 203.1, scale, 0), pose(190.6, 203.1, scale), GEOMETRY)
    assert difference(usual, other) <= 6


def test_a_crop_at_the_pictures_own_scale_is_the_picture() -> None:
    image = np.random.default_rng(0).integers(0, 256, (200, 200), np.uint8)
    middle = pose(99.5, 119.5, CENTRED.width / CENTRED.span)
    assert np.array_equal(crop_mouth(image, middle, CENTRED), image[88:152, 52:148])


def test_the_crop_is_centred_below_the_mouth() -> None:
    image = drawing(200, 200, 100, 0)
    lower = pose(200, 200 + GEOMETRY.drop * 100, 100)
    assert np.array_equal(
        crop_mouth(image, pose(200, 200, 100), GEOMETRY), crop_mouth(image, lower, CENTRED)
    )


@pytest.mark.parametrize("margin", [1, 8])
@pytest.mark.parametrize(
    ("scale", "angle", "most"),
    [
        (40.0, 0.0, 0),
        (66.7, 0.0, 0),
        (144.0, 0.0, 0),
        # OpenCV samples on a grid of 1/32 pixel: of a turned head a few fall on the next point.
        (66.7, 0.4, 2),
        (230.0, 0.0, 2),
        (230.0, 0.4, 2),
    ],
)
def test_a_grown_crop_has_the_plain_one_in_its_middle(
    scale: float, angle: float, most: int, margin: int
) -> None:
    image = drawing(171.3, 160.8, 66.7, 0.1)
    at = pose(171.3, 160.8, scale, angle)
    grown = crop_mouth(image, at, GEOMETRY.grown(margin))
    assert grown.shape == (GEOMETRY.height + 2 * margin, GEOMETRY.width + 2 * margin)
    middle = grown[margin:-margin, margin:-margin]
    assert difference(middle, crop_mouth(image, at, GEOMETRY)) <= most


def test_outside_the_picture_its_border_goes_on() -> None:
    image = np.full((100, 100, 3), 50, np.uint8)
    image[:, 0] = 200
    crop = crop_mouth(image, pose(0, 50, 100), CENTRED)
    assert (crop[:, :40] == 200).all()
    assert (crop[:, 60:] == 50).all()


@pytest.mark.parametrize("scale", [170.0, 230.0, 700.0])
def test_a_close_face_is_averaged_not_sampled(scale: float) -> None:
    """Of noise, block averages keep a fraction of the deviation; samples would keep most of it."""
    image = np.random.default_rng(2).normal(128, 40, (900, 1200)).clip(0, 255).astype(np.uint8)
    step = scale * GEOMETRY.span / GEOMETRY.width
    crop = crop_mouth(image, pose(600, 450, scale), GEOMETRY)
    assert crop.std() < 40 / step
    assert crop.mean() == pytest.approx(128, abs=2)


def test_an_averaged_crop_stays_in_place() -> None:
    """Averages of 2x2 blocks: the crop is the picture shrunk, not shifted by half a pixel."""
    image = cv2.GaussianBlur(
        np.random.default_rng(3).integers(0, 256, (400, 400), np.uint8), (0, 0), 2
    )
    at = pose(199.5, 199.5, 2 * CENTRED.width / CENTRED.span)
    half = cv2.resize(image, (200, 200), interpolation=cv2.INTER_AREA)
    assert difference(crop_mouth(image, at, CENTRED), half[68:132, 52:148]) <= 1


@given(gain=st.floats(0.5, 4), offset=st.floats(-100, 100), seed=st.integers(0, 2**32 - 1))
def test_normalize_forgets_brightness_and_contrast(gain: float, offset: float, seed: int) -> None:
    crop = np.random.default_rng(seed).normal(100, 20, (64, 96)).astype(np.float32)
    assert np.allclose(normalize(gain * crop + offset), normalize(crop), atol=1e-3)


def test_normalize_gives_mean_0_and_deviation_1_within_the_clip() -> None:
    crops = np.random.default_rng(4).integers(90, 160, (2, 3, 64, 96), np.uint8)
    crops[0, 0, 0, 0] = 255
    normal = normalize(crops)
    assert normal.dtype == np.float32 and normal.shape == crops.shape
    assert np.allclose(normal.mean(axis=(-2, -1)), 0, atol=1e-3)
    assert np.allclose(normal.std(axis=(-2, -1)), 1, atol=1e-2)
    assert normal[0, 0, 0, 0] == CLIP == normal.max()


def test_every_crop_is_normalized_alone() -> None:
    crops = np.random.default_rng(5).integers(0, 256, (4, 64, 96), np.uint8)
    crops[1] //= 3
    assert np.array_equal(normalize(crops), np.stack([normalize(crop) for crop in crops]))


def test_a_flat_crop_becomes_zeros() -> None:
    assert not normalize(np.full((64, 96), 77, np.uint8)).any()


def test_a_grey_picture_crops_like_a_coloured_one() -> None:
    image = drawing(200, 200, 100, 0.2)
    at = replace(pose(200, 200, 100), angle=0.2)
    assert difference(crop_mouth(image, at, GEOMETRY), crop_mouth(image[..., 0], at, GEOMETRY)) <= 1


@pytest.mark.parametrize("angle", [0.0, 0.4, -2.0])
def test_the_outline_holds_what_the_crop_shows_and_no_more(angle: float) -> None:
    where = pose(210, 190, 100, angle)
    image = np.zeros((400, 400), np.uint8)
    cv2.fillConvexPoly(image, np.rint(outline(where, GEOMETRY)).astype(np.int32), 255)
    inside = crop_mouth(image, where, GEOMETRY)
    assert inside[2:-2, 2:-2].min() == 255
    around = crop_mouth(image, where, GEOMETRY.grown(8))
    around[6:-6, 6:-6] = 0
    assert around.max() == 0


def test_what_is_seen_of_a_crop() -> None:
    image = np.zeros((400, 400, 3), np.uint8)
    image[...] = (10, 20, 30)
    coloured = crop_mouth(image, pose(200, 200, 100), CropGeometry(colour=True))
    depth = np.full((1, 64, 96), 99, np.uint8)
    for crop in (coloured, np.concatenate([coloured, depth])):
        assert visible(crop).shape == (64, 96, 3)
        assert tuple(visible(crop)[32, 48]) == (10, 20, 30)
    grey = coloured[0]
    assert visible(grey) is grey
    assert np.array_equal(visible(np.concatenate([grey[np.newaxis], depth])), grey)


def test_an_area_in_planes_is_a_geometry() -> None:
    area = CropArea(24, 16, 1.1, -0.2)
    assert area.in_planes() == CropGeometry(24, 16, 1.1, -0.2)
    assert area.in_planes(depth=True) == CropGeometry(24, 16, 1.1, -0.2, True, False)
    assert area.in_planes(colour=True) == CropGeometry(24, 16, 1.1, -0.2, False, True)
    assert CropArea().in_planes() == CropGeometry()
