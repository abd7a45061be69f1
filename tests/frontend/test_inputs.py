"""What an encoder gets, from one owner: any number of inputs, each by its name."""

import numpy as np
import pytest
from support.fakes import MANIFEST

from edge_lip.errors import ModelError
from edge_lip.frontend import inputs
from edge_lip.frontend.inputs import Frontend, clip_inputs
from edge_lip.frontend.pixels import normalize
from edge_lip.frontend.stack import Stacker
from edge_lip.frontend.timegrid import Moment
from edge_lip.model.manifest import Manifest

CROPS = np.random.default_rng(0).integers(0, 256, (9, 64, 96), np.uint8)


class Brightness:
    """An input of one number a frame, that is there at once."""

    def __init__(self, manifest: Manifest) -> None:
        assert manifest is MANIFEST

    def push(self, sample: Moment) -> list[np.ndarray]:
        return [np.array([sample.image.mean()], np.float32)]

    def finish(self) -> list[np.ndarray]:
        return []


def test_a_stack_is_a_normalized_crop_with_its_neighbours() -> None:
    stacker = Stacker(5, 2)
    expected = [one for crop in CROPS for one in stacker.push(normalize(crop))] + stacker.finish()
    found = list(clip_inputs([Moment(crop, k / 25) for k, crop in enumerate(CROPS)], MANIFEST))
    assert [list(one) for one in found] == [["stack"]] * len(CROPS)
    np.testing.assert_array_equal([one["stack"] for one in found], expected)


def test_a_second_input_waits_for_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "KINDS", {**inputs.KINDS, "brightness": Brightness})
    frontend = Frontend(MANIFEST, ("stack", "brightness"))
    ready = [frontend.push(Moment(crop, k / 25)) for k, crop in enumerate(CROPS)]
    assert [len(one) for one in ready] == [0, 0, *[1] * 7]
    whole = [one for some in (*ready, frontend.finish()) for one in some]
    assert [float(one["brightness"][0]) for one in whole] == pytest.approx(CROPS.mean((1, 2)))
    np.testing.assert_array_equal([one["stack"][..., 2] for one in whole], normalize(CROPS))


def test_an_input_that_nobody_can_make() -> None:
    with pytest.raises(ModelError, match="takes an input 'heat', which .* makes stack"):
        Frontend(MANIFEST, ("heat",))
