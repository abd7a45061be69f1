"""Any network of the family ends in a verified file or a refusal, in every mode."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks import random_networks
from converter.conversion import convert as conductor
from converter.export.quantize import PLANS

pytest.importorskip("tensorflow", reason="conversion needs TensorFlow")

SEEDS = st.integers(0, 2**32 - 1)


@settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(seed=SEEDS, plan=st.sampled_from(sorted(PLANS)))
def test_verified_or_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, plan: str
) -> None:
    monkeypatch.setattr(conductor, "in_child", lambda job, *arguments, **_: job(*arguments))
    one = random_networks.draw(np.random.default_rng(seed))
    result = random_networks.attempt(one, plan, tmp_path)
    # Of what says next to nothing of its input, 8 bits may leave noise: the proof tells.
    assert result == "verified" or plan not in ("none", "float16"), (one, result)


@pytest.mark.parametrize("over_time", random_networks.RECURRENT)
def test_which_are_refused_in_full_int8(over_time: str) -> None:
    from dataclasses import replace

    from converter.export.unsupported import objections

    one = random_networks.draw(np.random.default_rng(0))
    _, decode = random_networks.build(replace(one, over_time=over_time))
    found = objections(decode, "int8")
    assert bool(found) == ("gru" in over_time)
    found = objections(decode, "int16x8")
    assert bool(found) == (over_time != "conv")
