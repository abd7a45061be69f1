"""What running a graph takes, counted from the file alone: the same on every machine.

Sizes that are known only when the graph runs are taken to be the length of the utterance, and a
loop to run once for each of its frames: so it is with everything recurrent over time.
"""

from collections.abc import Callable
from math import prod
from typing import Final

from .flatbuffer import Contents, Operator, Subgraph, TensorInfo
from .operators import BYTES

Shape = tuple[int, ...]


def macs(contents: Contents, signature: str, length: int = 1) -> int:
    """Multiplications with an addition of matrix products, convolutions and recurrent layers in
    one call of a signature, on `length` frames; what works element by element is not counted."""
    return _macs(contents, contents.signatures[signature].graph, length)


def peak_bytes(contents: Contents, signature: str, length: int = 1) -> int:
    """Bytes of the tensors that have to be kept at the same moment, at most, without weights.

    No memory planner does with less; what kernels need for themselves comes on top.
    """
    return _peak(contents, contents.signatures[signature].graph, length)


def _macs(contents: Contents, index: int, length: int) -> int:
    graph, total = contents.graphs[index], 0
    for step in graph.operators:
        if step.name in COUNTS:
            shapes = [_shape(graph, one, length) for one in step.inputs]
            total += COUNTS[step.name](shapes, _shape(graph, step.outputs[0], length))
        times = length if step.name == "WHILE" else 1
        total += times * sum(_macs(contents, call, length) for call in step.calls)
    return total


def _shape(graph: Subgraph, index: int, length: int) -> Shape:
    return _known(graph.tensors[index].shape, length) if index >= 0 else ()


def _known(shape: Shape, length: int) -> Shape:
    return tuple(length if size < 0 else size for size in shape)


def _convolution(inputs: list[Shape], output: Shape) -> int:
    return prod(output) * prod(inputs[1][1:])  # filters: (out, height, width, in)


def _depthwise(inputs: list[Shape], output: Shape) -> int:
    return prod(output) * prod(inputs[1][1:3])  # (1, height, width, out)


def _transposed(inputs: list[Shape], output: Shape) -> int:
    return prod(inputs[2]) * prod(inputs[1][:3])  # (out, height, width, in), after a shape


def _convolution_3d(inputs: list[Shape], output: Shape) -> int:
    return prod(output) * prod(inputs[1][:4])  # (depth, height, width, in, out)


def _product(inputs: list[Shape], output: Shape) -> int:
    return prod(output) * inputs[1][-1]


def _batch_product(inputs: list[Shape], output: Shape) -> int:
    return prod(output) * inputs[0][-1]


def _recurrent(inputs: list[Shape], output: Shape) -> int:
    """Every matrix once per time step; states are vectors per batch entry, and come later."""
    steps = prod(inputs[0][:-1])
    matrices = [shape for shape in inputs[1:] if len(shape) == 2 and shape[0] > 1]
    return steps * sum(map(prod, matrices))


COUNTS: Final[dict[str, Callable[[list[Shape], Shape], int]]] = {
    "CONV_2D": _convolution,
    "DEPTHWISE_CONV_2D": _depthwise,
    "TRANSPOSE_CONV": _transposed,
    "CONV_3D": _convolution_3d,
    "FULLY_CONNECTED": _product,
    "BATCH_MATMUL": _batch_product,
    **dict.fromkeys(
        (
            "LSTM",
            "RNN",
            "SVDF",
            "UNIDIRECTIONAL_SEQUENCE_LSTM",
            "UNIDIRECTIONAL_SEQUENCE_RNN",
            "BIDIRECTIONAL_SEQUENCE_LSTM",
            "BIDIRECTIONAL_SEQUENCE_RNN",
        ),
        _recurrent,
    ),
}
"""What an operator multiplies, from the shapes of its inputs and of its first output."""


def _peak(contents: Contents, index: int, length: int) -> int:
    graph = contents.graphs[index]
    last = len(graph.operators)
    ends = {tensor: k for k, step in enumerate(graph.operators) for tensor in step.inputs}
    starts = {tensor: k for k, step in enumerate(graph.operators) for tensor in step.outputs}
    ends |= dict.fromkeys(graph.outputs, last)
    # Inputs and what is remembered from call to call keep their place throughout.
    kept = {*graph.inputs, *(k for k, one in enumerate(graph.tensors) if one.variable)}
    starts |= dict.fromkeys(kept, 0)
    ends |= dict.fromkeys(kept, last)
    sizes = _sizes(graph, length)
    most = 0
    for k, step in enumerate(graph.operators or [Operator("", 1, (), (), ())]):
        alive = sum(
            sizes[tensor]
            for tensor, start in starts.items()
            if start <= k <= ends.get(tensor, start)
        )
        inside = max((_peak(contents, call, length) for call in step.calls), default=0)
        most = max(most, alive + inside)
    return most


def _sizes(graph: Subgraph, length: int) -> list[int]:
    """Bytes of each tensor of a graph; of weights 0.

    A tensor with more than one unknown size is a slice or another shape of what it was made from,
    and taken to be as large.
    """
    sizes = [_bytes(tensor, length) for tensor in graph.tensors]
    for step in graph.operators:
        for tensor in step.outputs:
            if graph.tensors[tensor].shape.count(-1) > 1:
                sizes[tensor] = max((sizes[one] for one in step.inputs if one >= 0), default=0)
    return sizes


def _bytes(tensor: TensorInfo, length: int) -> int:
    if tensor.stored:
        return 0
    return prod(_known(tensor.shape, length)) * BYTES.get(tensor.dtype, 0)
