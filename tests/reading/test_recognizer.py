"""What a final text is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from support.fakes import MANIFEST

from edge_lip.model.manifest import Manifest
from edge_lip.reading.recognizer import NetworkRecognizer, apart
from edge_lip.reading.stages import Stopwatch
from edge_lip.text.decoding import Decoder
from edge_lip.text.hypothesis import Hypothesis
from edge_lip.text.logits import Logits, mean

FEATURES = np.arange(12, dtype=np.float32).reshape(3, 4) ** 2


@dataclass
class Centred:
    """Says what is left of the features without their mean; remembers what it was asked."""

    manifest: Manifest
    inputs: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    asked: list[np.ndarray] = field(default_factory=list)

    def encode(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        raise NotImplementedError

    def decode(self, features: np.ndarray) -> Logits:
        centred = features - features.mean(0)
        self.asked.append(centred)
        return Logits(centred, None)


def recognize(last: int) -> tuple[Centred, list[Logits]]:
    """Ask for a partial and a final text of a model with so many features of the lips' shape."""
    decoding = replace(MANIFEST.decoding, apart=last)
    model, heard = Centred(replace(MANIFEST, decoding=decoding)), []

    def read(logits: Logits) -> Hypothesis:
        heard.append(logits)
        return Hypothesis("text", 1.0)

    recognizer = NetworkRecognizer(model, Decoder("any", read, read), 0.0, Stopwatch())
    recognizer.partial(FEATURES, doubt=False)
    recognizer.final(FEATURES, doubt=False)
    return model, heard


def test_picture_and_shape_are_asked_apart_as_well_at_the_end() -> None:
    model, (partial, final) = recognize(1)
    whole = FEATURES - FEATURES.mean(0)
    first, both, shape, picture = model.asked
    np.testing.assert_array_equal(first, whole)
    np.testing.assert_array_equal(both, whole)
    np.testing.assert_allclose(shape, np.where([False, False, False, True], whole, 0), atol=1e-5)
    np.testing.assert_allclose(picture, np.where([True, True, True, False], whole, 0), atol=1e-5)
    assert partial.tokens is not None and final.tokens is not None
    np.testing.assert_array_equal(partial.tokens, whole)
    said = np.exp((both + shape + picture) / 3)
    np.testing.assert_allclose(
        np.exp(final.tokens), said / said.sum(1, keepdims=True), rtol=1e-4, atol=1e-12
    )


def test_a_model_that_is_not_to_be_asked_so_is_asked_once() -> None:
    model, (partial, final) = recognize(0)
    assert len(model.asked) == 2
    assert partial.tokens is not None and final.tokens is not None
    np.testing.assert_array_equal(partial.tokens, final.tokens)


@pytest.mark.parametrize("frames", [1, 5])
def test_views_have_the_shape_of_the_whole(frames: int) -> None:
    views = list(apart(np.ones((frames, 7), np.float32), 3))
    assert [(view.shape, view.dtype) for view in views] == [((frames, 7), np.float32)] * 3


def test_a_mean_of_one_is_that_one() -> None:
    probabilities = np.array([[0.25, 0.75], [0.5, 0.5]], np.float32)
    one = Logits(np.log(probabilities), None, None)
    together = mean([one, one])
    assert together.tokens is not None and together.words is None
    np.testing.assert_allclose(np.exp(together.tokens), probabilities, rtol=1e-6)
