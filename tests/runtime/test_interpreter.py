"""The interpreter: shapes, types and errors behind one small door."""

import sys
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edge_lip.errors import InterpreterError
from edge_lip.runtime.interpreter import ENGINES, SPENT, Interpreter, Tensor, open_interpreter

tensorflow = pytest.importorskip("tensorflow", reason="the graphs are made by TensorFlow")


@pytest.fixture(scope="module")
def doubler() -> bytes:
    """(1, any, 3) float32 → twice that."""
    import keras

    entry = keras.Input((None, 3), batch_size=1, name="entry")
    model = keras.Model(entry, {"twice": entry * 2.0})
    return bytes(tensorflow.lite.TFLiteConverter.from_keras_model(model).convert())


@pytest.fixture
def interpreter(doubler: bytes) -> Interpreter:
    return open_interpreter(doubler)


def test_plain_graph_by_position(interpreter: Interpreter) -> None:
    values = np.arange(6, dtype=np.float32).reshape(1, 2, 3)
    (twice,) = interpreter.invoke(values)
    np.testing.assert_array_equal(twice, values * 2)
    (once_more,) = interpreter.invoke(values + 1)
    np.testing.assert_array_equal(once_more, values * 2 + 2)
    np.testing.assert_array_equal(twice, values * 2)  # not overwritten


def test_shapes_may_change(interpreter: Interpreter) -> None:
    for length in (2, 5, 5, 1):
        (twice,) = interpreter.invoke(np.ones((1, length, 3), np.float32))
        assert twice.shape == (1, length, 3)


def test_signature_by_name(interpreter: Interpreter) -> None:
    run = interpreter.signature("serving_default")
    for length in (4, 2):
        twice = run(entry=np.ones((1, length, 3), np.float32))["twice"]
        np.testing.assert_array_equal(twice, np.full((1, length, 3), 2))
    interpreter.reset()


def test_calls_are_timed_while_there_is_a_clock(
    interpreter: Interpreter, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = count()
    monkeypatch.setattr(SPENT, "seconds", 0.0)
    monkeypatch.setattr(SPENT, "clock", lambda: float(next(ticks)))
    interpreter.invoke(np.ones((1, 2, 3), np.float32))
    interpreter.signature("serving_default")(entry=np.ones((1, 2, 3), np.float32))
    assert SPENT.seconds == 2.0
    monkeypatch.setattr(SPENT, "clock", None)
    interpreter.signature("serving_default")(entry=np.ones((1, 2, 3), np.float32))
    assert SPENT.seconds == 2.0


def test_from_a_file(doubler: bytes, tmp_path: Path) -> None:
    path = tmp_path / "doubler.tflite"
    path.write_bytes(doubler)
    assert open_interpreter(path).signatures == ("serving_default",)


def test_refusals_are_one_line(interpreter: Interpreter, tmp_path: Path) -> None:
    one = np.ones((1, 1, 3), np.float32)
    calls: list[Any] = [
        lambda: interpreter.invoke(one, one),
        lambda: interpreter.signature("sing"),
        lambda: interpreter.signature("serving_default")(exit=one),
        lambda: open_interpreter(b"TFL3" * 50),
        lambda: open_interpreter(tmp_path / "none.tflite"),
    ]
    for call in calls:
        with pytest.raises(InterpreterError) as caught:
            call()
        assert "\n" not in str(caught.value)


def test_a_refused_shape_is_forgotten(interpreter: Interpreter) -> None:
    one = np.ones((1, 1, 3), np.float32)
    with pytest.raises(InterpreterError):
        interpreter.invoke(one, one)
    assert interpreter.invoke(one)[0].shape == (1, 1, 3)


def test_quantized_tensors_round_and_saturate() -> None:
    tensor = Tensor(index=0, shape=(5,), dtype=np.int8, scale=0.5, zero_point=-1)
    stored = tensor.store(np.array([0, 0.6, -0.6, 100, -100], np.float32))
    assert stored.dtype == np.int8 and stored.tolist() == [-1, 0, -2, 127, -128]
    np.testing.assert_allclose(tensor.load(stored)[:3], [0, 0.5, -0.5])
    assert tensor.store(stored) is stored


def test_what_to_install_when_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for engine in ENGINES:
        monkeypatch.setitem(sys.modules, engine, None)
    with pytest.raises(InterpreterError, match="pip install ai-edge-litert"):
        open_interpreter(b"")


def test_nothing_is_printed(doubler: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    open_interpreter(doubler)
    assert capfd.readouterr() == ("", "")
