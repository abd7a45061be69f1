"""Weights that are stored otherwise than was asked for are told, one by one."""

from typing import Any

import pytest

keras: Any = pytest.importorskip("keras", reason="the networks are Keras'")
from keras import layers  # noqa: E402

from converter.export.export import export  # noqa: E402
from converter.verification.storage import compare_storage, storage_lines  # noqa: E402
from edge_lip.model.inspect.flatbuffer import read_flatbuffer  # noqa: E402


def stored(mode: str, asked: str, *stages: Any, shape: tuple[int | None, ...] = (40,)) -> Any:
    keras.utils.set_random_seed(0)
    x = entry = keras.Input(shape)
    for stage in stages:
        x = stage(x)
    content = export(keras.Model(entry, x, name="part"), mode)
    return compare_storage(read_flatbuffer(content), "serving_default", asked)


@pytest.mark.parametrize(("mode", "asked"), [("none", "float32"), ("float16", "float16")])
def test_floats(mode: str, asked: str) -> None:
    found = stored(mode, asked, layers.Dense(30), layers.Dense(3))
    assert found.numbers == 40 * 30 + 30 * 3 and not found.otherwise
    assert storage_lines(found) == [f"1,290 weights of products, all in {asked} as asked"]


def test_a_small_matrix_stays_as_it_is() -> None:
    found = stored("dynamic", "int8", layers.Dense(30), layers.Dense(3))
    (one,) = found.otherwise
    assert (one.operator, one.shape, one.stored) == ("FULLY_CONNECTED", (3, 30), "float32")
    first, second = storage_lines(found)
    assert first == "1,290 weights of products, 1,200 in int8 as asked, 90 otherwise:"
    assert "FULLY_CONNECTED 3x30" in second and "fewer than 1,024" in second


def test_inside_a_loop() -> None:
    found = stored("dynamic", "int8", layers.GRU(12), shape=(None, 40))
    assert [one.shape for one in found.otherwise] == [(36, 12)] and found.numbers == 36 * 52


def test_a_convolution_over_clips_is_in_float_only() -> None:
    found = stored("dynamic", "int8", layers.Conv3D(16, 3), shape=(4, 6, 6, 4))
    (one,) = found.otherwise
    assert one.operator == "CONV_3D" and "in float only" in one.reason
