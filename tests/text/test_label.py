"""One of a fixed list of labels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from edge_lip.text.label import label

LABELS = ("Begin", "Stop", "Excuse me", "Web")
logits = arrays(np.float32, 4, elements=st.floats(-50, 50, width=32))


def test_the_likeliest_label_comes_first_and_none_is_left_out() -> None:
    read = label(np.log(np.array([0.1, 0.2, 0.64, 0.06], np.float32)), LABELS)
    assert (read.text, read.words) == ("Excuse me", ())
    assert [choice.text for choice in read.choices] == ["Excuse me", "Stop", "Begin", "Web"]
    assert [choice.confidence for choice in read.choices] == pytest.approx([0.64, 0.2, 0.1, 0.06])
    assert read.confidence == read.choices[0].confidence


def test_temperature_softens_without_changing_the_order() -> None:
    """At 2, shares go as the square roots of what they were."""
    scores = np.log(np.array([0.64, 0.25, 0.01, 0.1], np.float32))
    roots = np.sqrt([0.64, 0.25, 0.1, 0.01])
    read = label(scores, LABELS, temperature=2.0)
    assert [choice.text for choice in read.choices] == ["Begin", "Stop", "Web", "Excuse me"]
    assert [choice.confidence for choice in read.choices] == pytest.approx(roots / roots.sum())


def test_equals_keep_the_order_of_the_list() -> None:
    assert [choice.text for choice in label(np.zeros(4, np.float32), LABELS).choices] == [*LABELS]


@given(logits, st.floats(-50, 50), st.floats(0.05, 20))
def test_confidences_are_shares_whatever_the_logits(
    scores: np.ndarray, shift: float, temperature: float
) -> None:
    read = label(scores, LABELS, temperature)
    shares = [choice.confidence for choice in read.choices]
    assert sum(shares) == pytest.approx(1) and shares == sorted(shares, reverse=True)
    moved = label(scores.astype(np.float64) + shift, LABELS, temperature)
    assert [choice.confidence for choice in moved.choices] == pytest.approx(shares, abs=1e-6)
