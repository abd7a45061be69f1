"""Two flatbuffers in one compute what they did apart."""

from typing import Any

import numpy as np
import pytest
from support import tiny_model

tensorflow = pytest.importorskip("tensorflow", reason="the parts are made by TensorFlow")

from converter.export.export import export  # noqa: E402
from converter.export.merge import merge  # noqa: E402
from edge_lip.runtime.interpreter import open_interpreter  # noqa: E402


@pytest.fixture(scope="module")
def parts() -> dict[str, bytes]:
    encode, decode = tiny_model.halves()
    samples = [{"stack": one[np.newaxis]} for one in tiny_model.stacks()]
    return {
        "encode": export(encode, "int8", samples, bounds={"stack": (-3.0, 3.0)}),
        "decode": export(decode, "dynamic"),
    }


def run(flatbuffer: bytes, signature: str, **inputs: np.ndarray) -> dict[str, np.ndarray]:
    return open_interpreter(flatbuffer).signature(signature)(**inputs)


@pytest.mark.parametrize("order", [("encode", "decode"), ("decode", "encode")])
def test_outputs_are_bit_equal(parts: dict[str, bytes], order: tuple[str, ...]) -> None:
    whole = merge({name: parts[name] for name in order})
    assert set(open_interpreter(whole).signatures) == {"encode", "decode"}
    inputs: list[tuple[str, dict[str, np.ndarray]]] = [
        ("encode", {"stack": tiny_model.stacks(1)}),
        ("decode", {"features": tiny_model.features(40)[None]}),
        ("decode", {"features": tiny_model.features(75)[None]}),
    ]
    for name, arrays in inputs:
        apart, together = run(parts[name], "serving_default", **arrays), run(whole, name, **arrays)
        assert apart.keys() == together.keys()
        for key in apart:
            np.testing.assert_array_equal(apart[key], together[key])


def test_encode_takes_int8_and_decode_float32(parts: dict[str, bytes]) -> None:
    interpreter = open_interpreter(merge(parts))
    assert interpreter.signature("encode").inputs["stack"].dtype == np.int8
    assert interpreter.signature("encode").outputs["features"].dtype == np.float32
    assert interpreter.signature("decode").inputs["features"].dtype == np.float32


def test_buffers_are_aligned(parts: dict[str, bytes]) -> None:
    from tensorflow.lite.python import schema_py_generated as schema

    whole = np.frombuffer(merge(parts), np.uint8)
    model = schema.Model.GetRootAs(whole)
    data: list[Any] = [model.Buffers(index).DataAsNumpy() for index in range(model.BuffersLength())]
    starts = [
        array.__array_interface__["data"][0] - whole.__array_interface__["data"][0]
        for array in data
        if isinstance(array, np.ndarray) and array.size
    ]
    assert len(starts) > 10 and not any(start % 16 for start in starts)
