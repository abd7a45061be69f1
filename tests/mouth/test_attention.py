"""The second look at the lips: where it looks, and what it sees there."""

import numpy as np
import pytest
from tensorflow.lite.python import schema_py_generated as schema

from converter.export.flatbuffer import ALIGNMENT
from edge_lip.mouth.trackers.attention import CONTOURS, MODEL, lips_window, look_up
from edge_lip.mouth.trackers.landmarks import INNER_LIP, OUTER_LIP


def plane(height: int, width: int) -> np.ndarray:
    """(height, width, 3): how far each place is to the right, how far down, and one."""
    down, across = np.mgrid[:height, :width].astype(np.float32)
    return np.stack([across, down, np.ones_like(down)], axis=-1)


def test_both_contours_are_of_the_points_that_the_tracker_tells() -> None:
    assert set(CONTOURS[0]) == set(OUTER_LIP)
    assert set(CONTOURS[1]) == set(INNER_LIP)
    assert len(set(CONTOURS.ravel())) == 80


@pytest.mark.parametrize("turned", [0.0, 0.4, -2.0])
def test_the_window_is_half_as_large_again_as_the_lips_and_level_with_them(turned: float) -> None:
    turn = np.array([[np.cos(turned), -np.sin(turned)], [np.sin(turned), np.cos(turned)]])
    level = np.array([[-20.0, 0.0], [20.0, 0.0], [3.0, -6.0], [-2.0, 10.0]])
    lips = level @ turn.T + (90.0, 120.0)
    window = lips_window(lips, lips[0], lips[1])
    corners = np.array([[0, 0, 1], [16, 0, 1], [0, 16, 1], [16, 16, 1]]) @ window.T
    middle = turn @ (0.0, 2.0) + (90.0, 120.0)
    half = np.array([[-30, -12], [30, -12], [-30, 12], [30, 12]])
    np.testing.assert_allclose(corners, half @ turn.T + middle, atol=1e-9)


def test_features_are_looked_up_between_their_places() -> None:
    window = np.array([[1.5, 0.2, 4.0], [-0.2, 1.25, 7.0]])
    looked = look_up(plane(48, 48), window)
    assert looked.shape == (16, 16, 3) and looked.dtype == np.float32
    across, down = np.meshgrid(np.arange(16) + 0.5, np.arange(16) + 0.5)
    places = np.stack([across, down], axis=-1) @ window[:, :2].T + window[:, 2] - 0.5
    np.testing.assert_allclose(looked[..., :2], places, atol=1 / 32)  # OpenCV's steps
    np.testing.assert_allclose(looked[..., 2], 1.0, atol=1e-6)


def test_beside_the_features_there_is_nothing() -> None:
    looked = look_up(plane(48, 48), np.array([[4.0, 0.0, 0.0], [0.0, 4.0, 8.0]]))
    seen = looked[..., 2]
    assert set(np.unique(seen).round(6)) == {0.0, 1.0}
    assert seen[0, 0] == 1.0 and seen[-1, 0] == 0.0 and seen[0, -1] == 0.0


def test_a_window_without_size_is_looked_up_as_well() -> None:
    """A mesh of no face has all its points in one place."""
    lips = np.full((80, 2), 60.0)
    window = lips_window(lips, lips[0], lips[0])
    looked = look_up(plane(48, 48), window * 0.25)
    np.testing.assert_allclose(looked, np.broadcast_to(looked[0, 0], looked.shape), atol=1e-6)


def test_weights_lie_where_every_processor_can_read_them() -> None:
    model = schema.Model.GetRootAs(MODEL.read_bytes(), 0)
    buffers = [model.Buffers(number) for number in range(model.BuffersLength())]
    starts = [one._tab.Vector(one._tab.Offset(4)) for one in buffers if one.DataLength()]
    assert len(starts) > 100
    assert {start % ALIGNMENT for start in starts} == {0}
