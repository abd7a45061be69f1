"""A flatbuffer read by hand holds what TensorFlow's own schema finds in it; and what it costs."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from support import tiny_model

from edge_lip.errors import ModelError
from edge_lip.model.file import unpack
from edge_lip.model.inspect.cost import macs, peak_bytes
from edge_lip.model.inspect.flatbuffer import Contents, read_flatbuffer
from edge_lip.model.inspect.operators import OPERATORS, TYPES
from edge_lip.model.inspect.targets import EDGETPU, RUNTIMES, lacking, unmapped
from edge_lip.model.shipped import shipped_model


def flatbuffer() -> bytes:
    return unpack(shipped_model("grid-s1").read_bytes())[1]


@pytest.fixture(scope="module")
def contents() -> Contents:
    return read_flatbuffer(flatbuffer())


@pytest.fixture(scope="module")
def schema() -> Any:
    return pytest.importorskip("tensorflow.lite.python.schema_py_generated")


def test_the_numbers_of_operators_and_types_are_those_of_the_schema(schema: Any) -> None:
    for names, numbers in ((OPERATORS, schema.BuiltinOperator), (TYPES, schema.TensorType)):
        theirs = {value: name for name, value in vars(numbers).items() if isinstance(value, int)}
        for number, name in theirs.items():
            if number < len(names):
                assert names[number] == (name if names is OPERATORS else name.lower())


def test_everything_is_as_the_schema_reads_it(contents: Contents, schema: Any) -> None:
    model = schema.ModelT.InitFromPackedBuf(flatbuffer())
    assert len(contents.graphs) == len(model.subgraphs)
    for found, expected in zip(contents.graphs, model.subgraphs, strict=True):
        assert found.name.encode() == expected.name
        assert found.inputs == tuple(expected.inputs) and found.outputs == tuple(expected.outputs)
        for tensor, theirs in zip(found.tensors, expected.tensors, strict=True):
            shape = theirs.shape if theirs.shapeSignature is None else theirs.shapeSignature
            assert tensor.shape == tuple([] if shape is None else shape)
            assert tensor.name.encode() == theirs.name and TYPES.index(tensor.dtype) == theirs.type
            scale = getattr(theirs.quantization, "scale", None)
            np.testing.assert_array_equal(
                np.array(tensor.scales, np.float32), [] if scale is None else scale
            )
            data = model.buffers[theirs.buffer].data
            assert tensor.stored == (0 if data is None else len(data))
        for step, theirs in zip(found.operators, expected.operators, strict=True):
            code = model.operatorCodes[theirs.opcodeIndex]
            assert OPERATORS.index(step.name) == max(code.builtinCode, code.deprecatedBuiltinCode)
            assert step.version == code.version
            assert step.inputs == tuple(theirs.inputs) and step.outputs == tuple(theirs.outputs)
            if step.name == "WHILE":
                options = theirs.builtinOptions
                assert step.calls == (options.condSubgraphIndex, options.bodySubgraphIndex)
    assert set(contents.signatures) == {"encode", "decode"}
    assert set(contents.signatures["decode"].outputs) == {"logits", "words"}


def test_a_signature_has_the_operators_of_the_loops_it_runs(contents: Contents) -> None:
    operators = contents.operators("decode")
    assert operators["WHILE"] == {1: 4} and operators["FULLY_CONNECTED"] == {9: 10}
    assert contents.operators("encode")["CONV_2D"] == {3: 4}
    assert len(contents.reached("encode")) == 1 and len(contents.reached("decode")) == 9


def test_multiply_adds_and_parameters_of_the_shipped_model(contents: Contents) -> None:
    """By hand: four convolutions and a dense layer; two bidirectional layers of 160 and two
    heads."""
    convolutions = 16 * 24 * 64 * 180 + 8 * 12 * 96 * (576 + 864) + 4 * 6 * 128 * 864
    assert macs(contents, "encode") == convolutions + 3072 * 192
    cells = 2 * 640 * (192 + 160) + 2 * 640 * (320 + 160)
    assert macs(contents, "decode", 75) == 75 * (cells + 320 * (28 + 52))
    assert macs(contents, "decode", 150) == 2 * macs(contents, "decode", 75)
    weights = 64 * 180 + 96 * (576 + 864) + 128 * 864 + 3072 * 192
    assert contents.parameters("encode") == weights + 64 + 96 + 96 + 128 + 192
    assert contents.weights("encode") > contents.parameters("encode")  # biases have four bytes


def test_tensors_at_once(contents: Contents) -> None:
    """The second convolution of `encode` has its input, its output and the stack."""
    assert peak_bytes(contents, "encode") == 30720 + 24576 + 9216
    short, long = (peak_bytes(contents, "decode", length) for length in (25, 250))
    assert 4 * 25 * 320 < short < long / 5


def test_targets(contents: Contents) -> None:
    for runtime in RUNTIMES:
        assert not lacking(contents, "encode", runtime)
        assert not lacking(contents, "decode", runtime)
    assert not unmapped(contents, "encode") and EDGETPU
    assert "WHILE is not among its operators" in unmapped(contents, "decode")


def test_a_newer_operator_is_told_with_what_would_do(
    contents: Contents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RUNTIMES, "older", {"CONV_2D": 2, "ADD": 2})
    told = lacking(contents, "encode", "older")
    assert "CONV_2D version 3 (up to 2)" in told and "RESHAPE version 1 (none)" in told
    assert not any(one.startswith("ADD") for one in told)


def test_what_is_no_flatbuffer_is_refused() -> None:
    with pytest.raises(ModelError, match="not a TFLite"):
        read_flatbuffer(b"GIF89a" * 9)


def test_damage_is_refused_or_read_but_never_anything_else() -> None:
    content, rng = flatbuffer(), np.random.default_rng(0)
    outcomes: Counter[str] = Counter()
    for _ in range(150):
        # Tables are at the end: what comes first is weights.
        changed = bytearray(content)
        for place in rng.integers(1, 20_000, size=8):
            changed[-place] ^= int(rng.integers(1, 256))
        try:
            read_flatbuffer(bytes(changed))
            outcomes["read"] += 1
        except ModelError as error:
            assert "damaged" in str(error)
            outcomes["refused"] += 1
    assert outcomes["refused"] > 20
    with pytest.raises(ModelError, match="damaged"):
        read_flatbuffer(content[: len(content) // 2])


def test_a_fused_lstm_multiplies_all_its_matrices_at_every_step() -> None:
    from edge_lip.model.inspect.cost import COUNTS

    count = COUNTS["UNIDIRECTIONAL_SEQUENCE_LSTM"]
    matrices = [(4, 6)] * 4 + [(4, 4)] * 4
    inputs = [(1, 75, 6), *matrices, (), (), (), *[(4,)] * 4, (), (), (1, 4), (1, 4)]
    assert count(inputs, (1, 75, 4)) == 75 * 4 * (24 + 16)


def test_the_tiny_model_has_what_it_was_made_with() -> None:
    pytest.importorskip("tensorflow", reason="the model is converted here")
    contents = read_flatbuffer(unpack(tiny_model.converted().read_bytes())[1])
    encode = contents.signatures["encode"]
    assert encode.inputs.keys() == {"stack"} and encode.outputs.keys() == {"features"}
    entry = contents.graphs[encode.graph].tensors[encode.inputs["stack"]]
    assert entry.dtype == "int8" and entry.scales and entry.shape == (1, 8, 12, 5)
