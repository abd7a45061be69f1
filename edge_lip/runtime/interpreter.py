"""One small door to whichever TFLite interpreter is installed.

`Interpreter.invoke` runs a plain graph by position, `Interpreter.signature` a named signature.
Both take float32 arrays and give float32 arrays: quantized tensors are converted by their own
parameters. Arrays that already have the tensor's type are passed as they are.
"""

import importlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, Final, Protocol

import numpy as np

from ..errors import InterpreterError, ModelError
from ..system.streams import quiet_stderr

Array = np.ndarray

ENGINES: Final = (
    "ai_edge_litert.interpreter",
    "tflite_runtime.interpreter",
    "tensorflow.lite.python.interpreter",
)


@dataclass
class Spent:
    """What calls of interpreters take, in this process, where somebody gives a clock."""

    clock: Callable[[], float] | None = None
    """Gives seconds."""
    seconds: float = 0.0
    """Of all calls since there is one."""

    def run(self, call: Callable[[], Any]) -> Any:
        """What `call` gives; timed."""
        if self.clock is None:
            return call()
        start = self.clock()
        given = call()
        self.seconds += self.clock() - start
        return given


SPENT: Final = Spent()


@dataclass(frozen=True)
class Tensor:
    """Where an input or output tensor is and how its values are stored."""

    index: int
    shape: tuple[int, ...]
    dtype: type
    scale: float
    zero_point: int

    @classmethod
    def from_details(cls, details: dict[str, Any]) -> "Tensor":
        scale, zero_point = details["quantization"]
        shape = tuple(int(size) for size in details["shape"])
        return cls(details["index"], shape, details["dtype"], float(scale), int(zero_point))

    def store(self, values: Array) -> Array:
        """`values` as the tensor's own type: float32 is quantized where the tensor is integer."""
        if values.dtype == self.dtype:
            return values
        if not self.scale:
            return values.astype(self.dtype)
        limits = np.iinfo(self.dtype)
        scaled = values * np.float32(1.0 / self.scale)
        np.rint(scaled, out=scaled)
        scaled += self.zero_point
        np.clip(scaled, limits.min, limits.max, out=scaled)
        return scaled.astype(self.dtype)

    def load(self, values: Array) -> Array:
        """The tensor's `values` as float32 where they are quantized, otherwise as they are."""
        if not self.scale or self.dtype == np.float32:
            return values
        return (values.astype(np.float32) - self.zero_point) * np.float32(self.scale)


class Graph(Protocol):
    """What runs one signature; see `Signature`."""

    inputs: dict[str, Tensor]
    outputs: dict[str, Tensor]

    def __call__(self, **arrays: Array) -> dict[str, Array]: ...


class Graphs(Protocol):
    """What a model needs of whatever runs it; see `Interpreter`."""

    def signature(self, name: str) -> Graph: ...

    def reset(self) -> None: ...


class Interpreter:
    """A loaded model. Not thread-safe: one interpreter per thread."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self._inputs = [Tensor.from_details(d) for d in engine.get_input_details()]
        self._outputs = [Tensor.from_details(d) for d in engine.get_output_details()]
        self._shapes = [tensor.shape for tensor in self._inputs]

    @property
    def signatures(self) -> tuple[str, ...]:
        """Names of the signatures; empty for a plain graph."""
        return tuple(self._engine.get_signature_list())

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        """Inputs of the main graph, in the order `invoke` takes them."""
        return tuple(self._inputs)

    @property
    def outputs(self) -> tuple[Tensor, ...]:
        """Outputs of the main graph, in the order `invoke` gives them."""
        return tuple(self._outputs)

    def invoke(self, *arrays: Array) -> list[Array]:
        """Run the main graph.

        `arrays`: one per input, float32 or the tensor's own type, any shape the graph accepts.
        Returns one array per output. Raises `InterpreterError` when the graph refuses them.
        """
        shapes = [array.shape for array in arrays]
        try:
            if shapes != self._shapes:
                self._resize(shapes)
            for tensor, array in zip(self._inputs, arrays, strict=True):
                self._engine.set_tensor(tensor.index, tensor.store(array))
            SPENT.run(self._engine.invoke)
        except (ValueError, RuntimeError) as error:
            raise InterpreterError(_refusal(error)) from error
        return [tensor.load(self._engine.get_tensor(tensor.index)) for tensor in self._outputs]

    def signature(self, name: str) -> "Signature":
        """Signature `name`; raises `InterpreterError` when there is none of that name.

        `invoke` does not work any more on an interpreter that was asked for one.
        """
        if name not in self.signatures:
            known = ", ".join(self.signatures) or "none"
            raise InterpreterError(f"the model has no signature '{name}'; it has: {known}")
        return Signature(self._engine.get_signature_runner(name))

    def reset(self) -> None:
        """Forget what the graph remembers: a fused LSTM keeps its state from call to call."""
        # Refused as long as a graph with a state has not run: there is nothing to forget then.
        with suppress(RuntimeError):
            self._engine.reset_all_variables()

    def _resize(self, shapes: list[tuple[int, ...]]) -> None:
        self._shapes = []  # a refused shape leaves nothing allocated: the next call starts anew
        for tensor, shape in zip(self._inputs, shapes, strict=True):
            self._engine.resize_tensor_input(tensor.index, shape)
        self._engine.allocate_tensors()
        self._shapes = shapes


class Signature:
    """A named graph: arrays by input name in, arrays by output name out."""

    def __init__(self, runner: Any) -> None:
        self._runner = runner
        self.inputs = _tensors(runner.get_input_details())
        self.outputs = _tensors(runner.get_output_details())

    def __call__(self, **arrays: Array) -> dict[str, Array]:
        """Run it. `arrays` are float32 or the tensor's own type; their shapes may change from call
        to call where the graph allows it. Raises `InterpreterError` when it refuses them.
        """
        try:
            stored = {key: self.inputs[key].store(array) for key, array in arrays.items()}
            results = SPENT.run(partial(self._runner, **stored))
        except (KeyError, ValueError, RuntimeError) as error:
            raise InterpreterError(_refusal(error)) from error
        return {key: self.outputs[key].load(array) for key, array in results.items()}


def open_interpreter(
    model: bytes | Path,
    threads: int = 1,
    engines: Sequence[str] = ENGINES,
    delegates: Sequence[Any] = (),
) -> Interpreter:
    """Load a TFLite model from memory or a file, with the first of `engines` that is installed.

    Small nets want one thread: more than there are cores is slower. `delegates`: what takes over
    operators, loaded by the same engine. Raises `InterpreterError` when no interpreter is installed
    or the installed one can't load the model.
    """
    make = find_engine(engines)
    more = {"experimental_delegates": list(delegates)} if delegates else {}
    try:
        content = model.read_bytes() if isinstance(model, Path) else model
    except OSError as error:
        raise InterpreterError(f"can't read the model {model!s}: {error.strerror}") from error
    try:
        with quiet_stderr():
            engine = make(model_content=content, num_threads=threads, **more)
            engine.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise InterpreterError(_refusal(error)) from error
    return Interpreter(engine)


def shape_of(tensors: dict[str, Tensor], name: str) -> tuple[int, ...]:
    """Shape of a signature's tensor without its batch dimension; raises `ModelError`."""
    if name not in tensors:
        raise ModelError(f"the model has no tensor '{name}': convert it again")
    return tensors[name].shape[1:]


def find_engine(engines: Sequence[str]) -> Callable[..., Any]:
    """What makes interpreters: of the first of `engines` that is installed. Raises
    `InterpreterError` when none is."""
    engine: Callable[..., Any] = find_module(engines).Interpreter
    return engine


def find_module(engines: Sequence[str]) -> ModuleType:
    """The first of `engines` that is installed. Raises `InterpreterError` when none is."""
    for name in engines:
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    raise InterpreterError("no TFLite interpreter is installed: pip install ai-edge-litert")


def _tensors(details: dict[str, dict[str, Any]]) -> dict[str, Tensor]:
    return {key: Tensor.from_details(value) for key, value in details.items()}


def _refusal(error: Exception) -> str:
    reason = " ".join(str(error).split())
    return f"the TFLite interpreter refuses the model or its input: {reason}"
