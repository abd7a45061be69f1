"""The lips' shape: the same wherever the head is, however large and however turned."""

from dataclasses import replace

import numpy as np
import pytest
from support.fakes import MANIFEST

from edge_lip.errors import ModelError
from edge_lip.frontend.inputs import clip_inputs
from edge_lip.frontend.lips import OPPOSITE, POINTS, SIZE, lip_shape, lip_shapes, points_of
from edge_lip.frontend.timegrid import Moment
from edge_lip.mouth.pose import Pose
from edge_lip.mouth.trackers.landmarks import pose_of

PLACES = np.random.default_rng(0).normal(0, 12, (41, 2)).astype(np.float32)
"""Of lips and chin."""
HEAD = Pose(0.0, 0.0, 80.0, 0.0, (0.0, -60.0), 1.0, PLACES[:-1], PLACES[-1])


def moved(by: complex, turn: float, size: float) -> Pose:
    """The head elsewhere: moved, turned and nearer."""
    places = (PLACES[:, 0] + 1j * PLACES[:, 1]) * size * np.exp(1j * turn) + by
    points = np.stack([places.real, places.imag], axis=-1).astype(np.float32)
    return Pose(by.real, by.imag, 80.0 * size, turn, (0.0, 0.0), 1.0, points[:-1], points[-1])


@pytest.mark.parametrize("by", [0j, 120 - 40j])
@pytest.mark.parametrize("turn", [0.0, 0.4, -0.2])
@pytest.mark.parametrize("size", [0.5, 1.0, 3.0])
def test_the_head_is_taken_out(by: complex, turn: float, size: float) -> None:
    shape = lip_shape(moved(by, turn, size))
    assert shape is not None and shape.shape == (SIZE,) and shape.dtype == np.float32
    expected = points_of(PLACES[:-1], PLACES[-1]) / 80
    np.testing.assert_allclose(shape.reshape(-1, 2), expected, atol=1e-5)


def test_the_points_are_the_meshs() -> None:
    mesh = np.random.default_rng(0).normal(0, 30, (468, 3))
    pose = pose_of(mesh, 1.0)
    assert pose.lips is not None and pose.chin is not None
    np.testing.assert_array_equal(points_of(pose.lips, pose.chin), mesh[list(POINTS), :2])


def test_each_point_has_one_on_the_other_side() -> None:
    np.testing.assert_array_equal(OPPOSITE[OPPOSITE], np.arange(len(POINTS)))
    middle = [k for k, other in enumerate(OPPOSITE) if k == other]
    assert {POINTS[k] for k in middle} == {13, 14, 152}


def test_many_at_once_are_the_same_as_one_by_one() -> None:
    heads = [moved(10 * k + 3j, 0.1 * k, 1 + 0.2 * k) for k in range(4)]
    points = np.stack([points_of(h.lips, h.chin) for h in heads])  # type: ignore[arg-type]
    poses = np.array([(head.x, head.y, head.scale, head.angle) for head in heads], np.float32)
    expected = np.stack([shape for shape in map(lip_shape, heads) if shape is not None])
    np.testing.assert_array_equal(lip_shapes(points, poses), expected)


def test_a_tracker_without_landmarks() -> None:
    assert lip_shape(replace(HEAD, lips=None)) is None
    with pytest.raises(ModelError, match="choose attention, landmarks or flow"):
        list(clip_inputs([Moment(np.zeros((64, 96), np.uint8), 0.0)], MANIFEST, ("lips",)))


def test_a_shape_comes_with_the_stack_of_its_crop() -> None:
    shapes = np.random.default_rng(1).normal(size=(9, SIZE)).astype(np.float32)
    crops = np.random.default_rng(2).integers(0, 256, (9, 64, 96), np.uint8)
    pairs = enumerate(zip(crops, shapes, strict=True))
    seen = [Moment(crop, k / 25, shape) for k, (crop, shape) in pairs]
    found = list(clip_inputs(seen, MANIFEST, ("stack", "lips")))
    np.testing.assert_array_equal([one["lips"] for one in found], shapes)
