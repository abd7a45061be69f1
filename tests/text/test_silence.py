"""Whether words are seen."""

import numpy as np
import pytest

from edge_lip.text.logits import Logits
from edge_lip.text.silence import says_something

FPS = 25.0


def logits(frames: int, share: float) -> Logits:
    """Of two seconds in which one of two words is seen in the first `frames`, by that share."""
    words = np.full((50, 3), (0.9, 0.05, 0.05))
    words[:frames] = (0.9 * (1 - share), 0.1 * (1 - share), share)
    return Logits(np.zeros((50, 2), np.float32), np.log(words).astype(np.float32))


@pytest.mark.parametrize(
    ("frames", "share", "said"),
    [(0, 0.9, False), (7, 0.9, False), (8, 0.9, True), (40, 0.4, False)],
)
def test_words_have_to_be_likelier_than_all_else_for_long_enough(
    frames: int, share: float, said: bool
) -> None:
    assert says_something(logits(frames, share), FPS) is said


def test_at_twice_the_rate_it_takes_twice_the_frames() -> None:
    assert not says_something(logits(14, 0.9), 2 * FPS)
    assert says_something(logits(15, 0.9), 2 * FPS)


def test_a_model_without_words_is_believed() -> None:
    assert says_something(Logits(np.zeros((50, 2), np.float32), None), FPS)
