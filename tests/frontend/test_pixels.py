"""A crop's pixels as the numbers that networks take, and crops in colour."""

import numpy as np
import pytest

from edge_lip.errors import ModelError
from edge_lip.frontend.pixels import normalize, pixels
from edge_lip.mouth.crop import crop_mouth
from edge_lip.mouth.geometry import CropGeometry
from edge_lip.mouth.pose import Pose

GREYS = np.array([[[0, 51], [204, 255]]], np.uint8)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("0..1", [0, 0.2, 0.8, 1]), ("-1..1", [-1, -0.6, 0.6, 1]), ("0..255", [0, 51, 204, 255])],
)
def test_black_to_white(name: str, expected: list[float]) -> None:
    way = pixels(name)
    found = way.convert(GREYS)
    assert found.dtype == np.float32 and found.shape == GREYS.shape
    np.testing.assert_allclose(found.ravel(), expected, atol=1e-6)
    assert (way.low, way.high) == (expected[0], expected[-1])


def test_our_own_are_normalized() -> None:
    np.testing.assert_array_equal(pixels("crop").convert(GREYS), normalize(GREYS))
    with pytest.raises(ModelError, match="'dark'; there are: crop, 0..1"):
        pixels("dark")


@pytest.mark.parametrize("scale", [8.0, 60.0])
def test_colour_crops_are_red_green_and_blue(scale: float) -> None:
    """Small or so large that pixels are averaged."""
    picture = np.empty((90, 90, 3), np.uint8)
    picture[:] = 30, 20, 10  # OpenCV has blue first
    pose = Pose(45, 45, scale, 0.0, (45, 30), 1.0, None)
    geometry = CropGeometry(width=12, height=8, colour=True)
    crop = crop_mouth(picture, pose, geometry)
    assert crop.shape == (3, 8, 12) and crop.flags.c_contiguous
    assert [plane.min() for plane in crop] == [plane.max() for plane in crop] == [10, 20, 30]
    grey = crop_mouth(picture[..., 0], pose, geometry)
    assert grey.shape == (3, 8, 12) and (grey == 30).all()
