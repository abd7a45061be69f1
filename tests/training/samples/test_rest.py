"""Sentences of points alone begin and end as clips do."""

import numpy as np

from edge_lip.frontend.lips import SIZE
from training.samples.example import Example
from training.samples.rest import FEWEST, with_rest

PICTURES = np.zeros((12, 4, 4), np.uint8)


def clip(text: str, spans: tuple[tuple[float, float], ...], first: float = 0.0) -> Example:
    """Twelve frames, whose lips open by a tenth with each; with pictures."""
    lips = first + np.arange(12, dtype=np.float32)[:, np.newaxis] / 10 + np.zeros(SIZE, np.float32)
    return Example({"stack": PICTURES, "lips": lips}, text, spans)


def sentence(text: str) -> Example:
    """Two words of two frames each, of points alone."""
    lips = np.full((4, SIZE), 7.0, np.float32)
    lips[-1] = 9.0
    return Example({"lips": lips}, text, ((0.0, 2.0), (2.0, 4.0)), "s12")


def test_it_is_put_between_the_rests_of_clips_with_the_same_words() -> None:
    clips = [
        clip("bin now", ((5.0, 6.0), (6.0, 12.0))),  # no rest after it
        clip("set soon", ((1.0, 6.0), (6.0, 8.0))),  # too little before it
    ]
    (rested,) = with_rest([sentence("bin soon")], clips, seed=1)
    assert rested.spans == ((5.0, 7.0), (7.0, 9.0))
    assert (rested.text, rested.speaker) == ("bin soon", "s12")
    # The last frame before the word is where the sentence begins, and so at the end.
    before = [6.6, 6.7, 6.8, 6.9, 7.0]
    after = [9.0, 9.1, 9.2, 9.3]
    np.testing.assert_allclose(
        rested.frames["lips"][:, 0], [*before, 7.0, 7.0, 7.0, 9.0, *after], rtol=1e-5
    )
    assert list(rested.frames) == ["lips"]
    assert rested.frames["lips"].dtype == np.float32


def test_without_such_clips_it_stays_as_it_is() -> None:
    others = [
        clip("lay again", ((5.0, 6.0), (6.0, 8.0))),
        Example({"stack": PICTURES}, "bin soon", ((5.0, 6.0), (6.0, 8.0))),  # no points
        clip("bin soon", ()),  # no times
        clip("bin soon", ((FEWEST - 1.0, 6.0), (6.0, 13.0 - FEWEST))),  # hardly rests
    ]
    (same,) = with_rest([sentence("bin soon")], others, seed=1)
    assert same.spans == sentence("bin soon").spans
    np.testing.assert_array_equal(same.frames["lips"], sentence("bin soon").frames["lips"])


def test_the_same_seed_draws_the_same_rests() -> None:
    clips = [clip("bin soon", ((5.0, 6.0), (6.0, 8.0)), first) for first in (0.0, 1.0, 2.0)]
    clips += [clip("bin soon", ((7.0, 8.0), (8.0, 8.0)))]
    many = [sentence("bin soon")] * 20
    one, again, other = ([len(each) for each in with_rest(many, clips, seed)] for seed in (1, 1, 2))
    assert one == again != other
    assert set(one) == {4 + before + 4 for before in (5, 7)}
