"""A crop and its neighbours."""

import numpy as np
import pytest

from edge_lip.frontend.stack import Stacker


def stacks(count: int, frames: int = 5, ahead: int = 2) -> list[list[int]]:
    stacker = Stacker(frames, ahead)
    pushed = [s for i in range(count) for s in stacker.push(np.full((2, 3), i, np.float32))]
    made = pushed + stacker.finish()
    assert all(stack.shape == (2, 3, frames) and stack.dtype == np.float32 for stack in made)
    assert stacker.finish() == []
    return [[int(value) for value in stack[0, 0]] for stack in made]


def test_edges_repeat_the_first_and_last_crop() -> None:
    assert stacks(4) == [[0, 0, 0, 1, 2], [0, 0, 1, 2, 3], [0, 1, 2, 3, 3], [1, 2, 3, 3, 3]]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 20])
@pytest.mark.parametrize(("frames", "ahead"), [(5, 2), (1, 0), (3, 0), (4, 3)])
def test_one_stack_per_crop_about_that_crop(count: int, frames: int, ahead: int) -> None:
    offsets = range(ahead - frames + 1, ahead + 1)
    expected = [[min(max(i + o, 0), count - 1) for o in offsets] for i in range(count)]
    assert stacks(count, frames, ahead) == expected


def test_a_stack_comes_with_the_last_crop_it_needs() -> None:
    stacker = Stacker(5, 2)
    given = [len(stacker.push(np.zeros((1, 1), np.float32))) for _ in range(5)]
    assert given == [0, 0, 1, 1, 1]


def test_planes_stay_with_their_frame() -> None:
    stacker = Stacker(3, 1)
    crops = [np.stack([np.full((2, 3), v, np.float32) for v in (k, k + 0.5)]) for k in range(3)]
    made = [stack for crop in crops for stack in stacker.push(crop)] + stacker.finish()
    assert all(stack.shape == (2, 3, 6) and stack.dtype == np.float32 for stack in made)
    assert [stack[1, 2].tolist() for stack in made] == [
        [0, 0.5, 0, 0.5, 1, 1.5],
        [0, 0.5, 1, 1.5, 2, 2.5],
        [1, 1.5, 2, 2.5, 2, 2.5],
    ]
