"""The depth plane: cut where the grey one is, whole, and whatever the distance."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from edge_lip.errors import SourceError
from edge_lip.mouth.crop import MIDDLE_DEPTH, crop_depth, crop_mouth
from edge_lip.mouth.geometry import CropGeometry
from edge_lip.mouth.mouth import Crop, Mouth
from edge_lip.mouth.pose import Pose
from edge_lip.sources.frame import Frame

GEOMETRY = CropGeometry(width=48, height=32, drop=0.0, depth=True)
OWN_SCALE = GEOMETRY.width / GEOMETRY.span
"""Of a head whose crop has the picture's own resolution."""


def pose(scale: float = OWN_SCALE, x: float = 99.5, y: float = 79.5, angle: float = 0.0) -> Pose:
    return Pose(x, y, scale, angle, eyes=(x, y - 40), score=1.0)


def bumps(offset: float = 800, side: int = 200) -> np.ndarray:
    """A smooth face, millimetres."""
    rows, columns = np.mgrid[0:side, 0:side]
    return (offset + 20 * np.sin(rows / 17) + 15 * np.cos(columns / 13)).astype(np.uint16)


def apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.abs(one.astype(int) - other)


def test_depth_is_relative_to_the_median() -> None:
    depth = bumps()
    crop = crop_depth(depth, pose(), GEOMETRY)
    window = depth[64:96, 76:124].astype(float)
    assert crop.shape == (32, 48) and crop.dtype == np.uint8
    assert apart(crop, np.rint(MIDDLE_DEPTH + window - np.median(window))).max() == 0


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_distance_makes_no_difference(kind: type) -> None:
    crops = [crop_depth(bumps(offset).astype(kind), pose(), GEOMETRY) for offset in (60, 210)]
    assert np.array_equal(crops[0], crops[1])


@pytest.mark.parametrize("scale", [40.0, 77.0, 130.0])
@pytest.mark.parametrize("angle", [0.0, 0.4])
def test_depth_is_cut_where_the_picture_is(scale: float, angle: float) -> None:
    """A picture that is its own depth gives the same crop twice, but for the median."""
    picture = bumps(128).astype(np.uint8)
    at = pose(scale, angle=angle)
    grey = crop_mouth(picture, at, GEOMETRY).astype(float)
    expected = np.clip(MIDDLE_DEPTH + grey - np.median(grey), 0, 255)
    assert apart(crop_depth(picture, at, GEOMETRY), expected).max() <= 4


@pytest.mark.parametrize("scale", [40.0, OWN_SCALE, 130.0])
def test_holes_take_the_nearest_depth(scale: float) -> None:
    whole = bumps()
    holed = whole.copy()
    holed[np.random.default_rng(0).random(whole.shape) < 0.3] = 0
    holed[84:90, 90:96] = 0
    crop, expected = (crop_depth(depth, pose(scale), GEOMETRY) for depth in (holed, whole))
    assert apart(crop, expected).max() <= 12 and apart(crop, expected).mean() < 2


def test_an_edge_stays_an_edge() -> None:
    """No depth between lip and wall, nor between lip and hole, that nobody measured."""
    depth = np.full((200, 200), 700, np.uint16)
    depth[:, 100:] = 760
    depth[:, 98:102] = 0
    crop = crop_depth(depth, pose(OWN_SCALE * 1.1, angle=0.2), GEOMETRY)
    assert len(np.unique(crop)) == 2


def test_far_walls_and_noses_are_clipped() -> None:
    depth = np.full((200, 200), 700, np.uint16)
    depth[:, 110:] = 4000
    depth[:, :85] = 300
    crop = crop_depth(depth, pose(), GEOMETRY)
    assert crop.min() == 0 and crop.max() == 255 and np.median(crop) == MIDDLE_DEPTH


def test_nothing_measured_is_flat() -> None:
    assert (crop_depth(np.zeros((200, 200), np.uint16), pose(), GEOMETRY) == MIDDLE_DEPTH).all()


class Still:
    """Sees the same face in every picture."""

    def track(self, image: np.ndarray, time: float) -> Pose | None:
        return pose()

    def reset(self) -> None: ...


def film(depth: Callable[[int], np.ndarray | None], count: int = 4) -> list[Frame]:
    image = np.random.default_rng(0).integers(0, 256, (200, 200, 3), np.uint8)
    return [Frame(image, k / 15, depth(k)) for k in range(count)]


def watch(mouth: Mouth, frames: list[Frame]) -> list[Crop]:
    return [crop for frame in frames if (crop := mouth.watch(frame))]


def test_crops_have_two_planes() -> None:
    frames = film(lambda k: bumps(700 + 30 * k))
    crops = watch(Mouth(Still(), GEOMETRY.grown(3)), frames)
    plain = watch(Mouth(Still(), replace(GEOMETRY, depth=False).grown(3)), frames)
    for crop, grey in zip(crops, plain, strict=True):
        assert crop.image.shape == (2, 38, 54) and crop.image.dtype == np.uint8
        assert np.array_equal(crop.image[0], grey.image)
        assert np.array_equal(crop.image[1], crop_depth(bumps(), pose(), GEOMETRY.grown(3)))


def test_the_last_depth_stands_in_for_a_missing_one() -> None:
    tilted = np.arange(200, dtype=np.uint16) + bumps()
    crops = watch(Mouth(Still(), GEOMETRY), film(lambda k: [bumps(), None, tilted, None][k]))
    planes = [crop.image[1] for crop in crops]
    assert np.array_equal(planes[1], planes[0]) and np.array_equal(planes[3], planes[2])
    assert not np.array_equal(planes[2], planes[0])


def test_a_stream_without_depth_is_refused() -> None:
    mouth = Mouth(Still(), GEOMETRY)
    watch(mouth, film(lambda k: bumps()))
    mouth.reset()  # that of the stream before does not count
    with pytest.raises(SourceError, match="has no depth pictures, which this model needs"):
        watch(mouth, film(lambda k: None))
    assert len(watch(Mouth(Still(), replace(GEOMETRY, depth=False)), film(lambda k: None))) == 4
