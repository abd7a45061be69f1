"""What is in a TFLite flatbuffer, read without any TensorFlow: graphs, tensors, operators.

The interpreters tell some of it, each in its own way and of the first graph only. A flatbuffer
is tables of offsets (https://flatbuffers.dev/internals/): reading the few tables that matter takes
less than a package for it.
"""

import struct
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any, Final, TypeVar

import numpy as np

from ...errors import ModelError
from .operators import CUSTOM, OPERATORS, TYPES

T = TypeVar("T")

CALLS: Final = {
    "WHILE": (0, 1),
    "IF": (0, 1),
    "CALL_ONCE": (0,),
    "CALL": (0,),
}
"""Fields of an operator's options that number the subgraphs it runs."""


@dataclass(frozen=True)
class TensorInfo:
    """A tensor of a graph."""

    name: str
    shape: tuple[int, ...]
    """-1 where the size is known only when the graph runs."""
    dtype: str
    """One of `edge_lip.model.inspect.operators.TYPES`."""
    scales: tuple[float, ...]
    """Empty where it is not quantized; one, or one per channel."""
    zero_points: tuple[int, ...]
    axis: int
    """Which axis the channels are, where there is a scale for each."""
    buffer: int
    """Which of the file's buffers its values are in; tensors may share one."""
    stored: int
    """Bytes of that buffer: those of a weight or another constant, otherwise 0."""
    variable: bool
    """Whether it keeps its values from call to call, as a fused LSTM's state does."""


@dataclass(frozen=True)
class Operator:
    """One step of a graph."""

    name: str
    version: int
    inputs: tuple[int, ...]
    """Indices of tensors; -1 where an optional one is left out."""
    outputs: tuple[int, ...]
    calls: tuple[int, ...]
    """Subgraphs that it runs; of WHILE condition and body."""


@dataclass(frozen=True)
class Subgraph:
    """A subgraph."""

    name: str
    tensors: tuple[TensorInfo, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    operators: tuple[Operator, ...]


@dataclass(frozen=True)
class SignatureInfo:
    """A named door to a graph."""

    graph: int
    inputs: dict[str, int]
    """Tensor index by name."""
    outputs: dict[str, int]


@dataclass(frozen=True)
class Contents:
    """All of a flatbuffer that has been read."""

    graphs: tuple[Subgraph, ...]
    signatures: dict[str, SignatureInfo]

    def reached(self, signature: str) -> tuple[Subgraph, ...]:
        """The graphs that a signature runs: its own, and those that its operators call."""
        found: list[int] = []
        waiting = [self.signatures[signature].graph]
        while waiting:
            index = waiting.pop(0)
            if index not in found:
                found.append(index)
                waiting += [call for step in self.graphs[index].operators for call in step.calls]
        return tuple(self.graphs[index] for index in found)

    def operators(self, signature: str) -> dict[str, dict[int, int]]:
        """How many operators a signature has, by name and version, both in order."""
        counts: Counter[tuple[str, int]] = Counter(
            (step.name, step.version)
            for graph in self.reached(signature)
            for step in graph.operators
        )
        table: dict[str, dict[int, int]] = {}
        for (name, version), count in sorted(counts.items()):
            table.setdefault(name, {})[version] = count
        return table

    def weights(self, signature: str) -> int:
        """Bytes of the constants of a signature's graphs."""
        return sum(tensor.stored for tensor in self._constants(signature))

    def parameters(self, signature: str) -> int:
        """How many numbers a signature's constants hold, without the integers (shapes, axes) that
        are the graph's own. What was folded into others, such as batch normalization, is gone."""
        return sum(
            prod(tensor.shape)
            for tensor in self._constants(signature)
            if tensor.scales or tensor.dtype.startswith(("float", "bfloat"))
        )

    def _constants(self, signature: str) -> list[TensorInfo]:
        found = {
            tensor.buffer: tensor
            for graph in self.reached(signature)
            for tensor in graph.tensors
            if tensor.stored
        }
        return list(found.values())


def read_flatbuffer(content: bytes) -> Contents:
    """Read a `.tflite` flatbuffer; what is appended to it does not matter.

    Raises `ModelError` when it is none or its offsets lead nowhere.
    """
    if content[4:8] != b"TFL3":
        raise ModelError("not a TFLite flatbuffer")
    try:
        return _read(content)
    except (struct.error, ValueError, IndexError, UnicodeDecodeError, RecursionError) as error:
        raise ModelError(f"the flatbuffer is damaged: {error}") from error


class _Table:
    """A flatbuffer table: fields by number, each at an offset that a table of its own lists."""

    def __init__(self, content: bytes, position: int) -> None:
        self._content = content
        self._position = position
        self._fields = position - self._number("i", position)
        self._size = self._number("H", self._fields)

    def number(self, field: int, kind: str, default: int = 0) -> int:
        """A scalar; `kind` is the letter that the module `struct` has for it."""
        at = self._find(field)
        return self._number(kind, at) if at else default

    def text(self, field: int) -> str:
        at = self._find(field)
        return self._bytes(self._follow(at), 1).decode() if at else ""

    def array(self, field: int, kind: str) -> tuple[Any, ...]:
        """A vector of scalars; `kind` as NumPy has it."""
        at = self._find(field)
        if not at:
            return ()
        dtype = np.dtype(kind).newbyteorder("<")
        return tuple(np.frombuffer(self._bytes(self._follow(at), dtype.itemsize), dtype).tolist())

    def length(self, field: int) -> int:
        """How many elements a vector has."""
        at = self._find(field)
        return self._number("I", self._follow(at)) if at else 0

    def table(self, field: int) -> "_Table | None":
        at = self._find(field)
        return _Table(self._content, self._follow(at)) if at else None

    def tables(self, field: int, make: Callable[["_Table"], T]) -> tuple[T, ...]:
        """`make` of each table in a vector."""
        at = self._find(field)
        if not at:
            return ()
        start = self._follow(at) + 4
        places = range(start, start + 4 * len(self._bytes(start - 4, 4)) // 4, 4)
        return tuple(make(_Table(self._content, self._follow(place))) for place in places)

    def _find(self, field: int) -> int:
        """Where the field is; 0 when it has its default."""
        entry = 4 + 2 * field
        if entry >= self._size:
            return 0
        offset = self._number("H", self._fields + entry)
        return self._position + offset if offset else 0

    def _follow(self, at: int) -> int:
        return at + self._number("I", at)

    def _bytes(self, vector: int, size: int) -> bytes:
        """What is in the vector there, of elements of `size` bytes."""
        total = self._number("I", vector) * size
        found = self._content[vector + 4 : vector + 4 + total]
        if len(found) < total:
            raise ValueError("a list is longer than the file")
        return found

    def _number(self, kind: str, at: int) -> int:
        if at < 0:
            raise ValueError("an offset leads before the file's start")
        number: int = struct.unpack_from(f"<{kind}", self._content, at)[0]
        return number


def _read(content: bytes) -> Contents:
    model = _Table(content, struct.unpack_from("<I", content)[0])
    codes = model.tables(1, _code)
    buffers = model.tables(4, lambda buffer: buffer.length(0) or buffer.number(2, "Q"))
    graphs = model.tables(2, lambda graph: _graph(graph, codes, buffers))
    signatures = dict(model.tables(7, _signature))
    for graph in graphs:
        for step in graph.operators:
            for index in step.calls:
                graphs[index]  # noqa: B018 (raises where there is no such graph)
    for one in signatures.values():
        tensors = graphs[one.graph].tensors
        for index in (*one.inputs.values(), *one.outputs.values()):
            tensors[index]  # noqa: B018
    return Contents(graphs, signatures)


def _code(table: _Table) -> tuple[str, int]:
    # Up to 126 a code was one byte; newer ones are in another field, and 127 is in this.
    number = max(table.number(0, "b"), table.number(3, "i"))
    name = OPERATORS[number] if 0 <= number < len(OPERATORS) else f"OPERATOR_{number}"
    return (table.text(1) if number == CUSTOM else name), table.number(2, "i", 1)


def _graph(table: _Table, codes: tuple[tuple[str, int], ...], buffers: tuple[int, ...]) -> Subgraph:
    tensors = table.tables(0, lambda tensor: _tensor(tensor, buffers))
    operators = table.tables(3, lambda operator: _operator(operator, codes))
    for step in operators:
        for index in (*step.inputs, *step.outputs):
            tensors[index]  # noqa: B018 (raises where there is no such tensor)
    return Subgraph(table.text(4), tensors, table.array(1, "i4"), table.array(2, "i4"), operators)


def _tensor(table: _Table, buffers: tuple[int, ...]) -> TensorInfo:
    kind = table.number(1, "b")
    quantization = table.table(4)
    scales = quantization.array(2, "f4") if quantization else ()
    return TensorInfo(
        name=table.text(3),
        shape=table.array(7, "i4") or table.array(0, "i4"),
        dtype=TYPES[kind] if 0 <= kind < len(TYPES) else f"type {kind}",
        scales=scales,
        zero_points=quantization.array(3, "i8") if quantization and scales else (),
        axis=quantization.number(6, "i") if quantization else 0,
        buffer=table.number(2, "I"),
        stored=buffers[table.number(2, "I")],
        variable=bool(table.number(5, "b")),
    )


def _operator(table: _Table, codes: tuple[tuple[str, int], ...]) -> Operator:
    name, version = codes[table.number(0, "I")]
    options = table.table(4)
    calls = tuple(options.number(field, "i") for field in CALLS.get(name, ())) if options else ()
    return Operator(name, version, table.array(1, "i4"), table.array(2, "i4"), calls)


def _signature(table: _Table) -> tuple[str, SignatureInfo]:
    def entry(pair: _Table) -> tuple[str, int]:
        return pair.text(0), pair.number(1, "I")

    inputs, outputs = dict(table.tables(0, entry)), dict(table.tables(1, entry))
    return table.text(2), SignatureInfo(table.number(4, "I"), inputs, outputs)
