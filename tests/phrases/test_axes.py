"""In which directions takes are compared."""

import numpy as np
import pytest

from edge_lip.phrases.appearance import SIZE
from edge_lip.phrases.axes import (
    DIMENSIONS,
    WIDE,
    choose_axes,
    embed,
    halves,
    people,
    widened,
    within,
)
from edge_lip.phrases.takes import LENGTH


def takes(count: int = 6, seed: int = 0) -> np.ndarray:
    moments = np.random.default_rng(seed).normal(size=(count, LENGTH, SIZE)).astype(np.float32)
    return moments - moments.mean(axis=1, keepdims=True)


def test_moments_are_seen_with_those_around_them() -> None:
    some = takes(2)
    wide = widened(some)
    assert wide.shape == (2, LENGTH, WIDE)
    np.testing.assert_array_equal(wide[1, 7], np.concatenate([some[1, k] for k in (5, 7, 9)]))
    np.testing.assert_array_equal(wide[0, 0], np.concatenate([some[0, k] for k in (0, 0, 2)]))


def test_what_is_known_of_people_has_noise_in_every_direction() -> None:
    for square in (people().within, people().between):
        assert square.shape == (WIDE, WIDE) and np.array_equal(square, square.T)
        assert np.linalg.eigvalsh(square).min() > -1e-2 * np.trace(square) / WIDE
    assert np.array_equal(halves(people().within), halves(people().within.copy()))


@pytest.mark.parametrize("owner", [[0, 1, 2, 3, 4, 5], [0, 0, 0, 1, 1, 1]])
def test_noise_is_of_one_size_in_all_of_them(owner: list[int]) -> None:
    some, moved = takes(), np.eye(SIZE)
    axes = choose_axes(some, np.array(owner), moved)
    assert axes.shape == (WIDE, DIMENSIONS) and np.isfinite(axes).all()
    # Noise that makes some directions matter less: the camera's.
    loud = np.diag(np.where(np.arange(SIZE) < 8, 1e4, 0.0))
    without = choose_axes(some, np.array(owner), loud).reshape(3, SIZE, DIMENSIONS)
    assert np.abs(without[:, :8]).max() < 0.1 * np.abs(without[:, 8:]).max()


def test_louder_faces_are_compared_alike() -> None:
    some, owner = takes(), np.array([0, 0, 1, 1, 2, 2])
    quiet = embed(some, choose_axes(some, owner, None))
    loud = embed(100 * some, choose_axes(100 * some, owner, None))
    away = [np.linalg.norm(one[0] - one[1], axis=1).mean() for one in (quiet, loud)]
    assert away[0] == pytest.approx(away[1], rel=1e-3)


def test_takes_of_one_phrase_about_their_mean() -> None:
    some = takes(4).astype(np.float64)
    assert not within(some, np.arange(4)).any()
    both = within(some, np.array([0, 0, 1, 1]))
    apart = (some[::2] - some[1::2]).reshape(-1, SIZE)
    np.testing.assert_allclose(both, apart.T @ apart / len(apart) / 2, atol=1e-9)
