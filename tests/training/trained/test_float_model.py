"""A trained model in float reads like the file made of it."""

import numpy as np
import pytest
from support import tiny_model

from edge_lip.model.file import open_model

pytest.importorskip("tensorflow", reason="float models are run by TensorFlow")


@pytest.mark.parametrize("task", ["sentence", "label"])
def test_float_and_quantized_say_the_same(task: str) -> None:
    from training.trained.float import open_float

    models = open_float(tiny_model.trained(task)), open_model(tiny_model.converted(task))
    features = tiny_model.features(20)
    original, file = (model.decode(features) for model in models)
    there = {"sentence": {"tokens", "words"}, "label": {"labels"}}[task]
    assert {name for name, array in vars(original).items() if array is not None} == there
    for name in there:
        np.testing.assert_allclose(getattr(original, name), getattr(file, name), atol=0.02)
