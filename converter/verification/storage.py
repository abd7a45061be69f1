"""How each weight of a file is stored, against how it was asked for."""

from dataclasses import dataclass
from math import prod
from typing import Final

from edge_lip.model.inspect.flatbuffer import Contents

PRODUCTS: Final = (
    "BATCH_MATMUL",
    "BIDIRECTIONAL_SEQUENCE_LSTM",
    "CONV_2D",
    "CONV_3D",
    "CONV_3D_TRANSPOSE",
    "DEPTHWISE_CONV_2D",
    "FULLY_CONNECTED",
    "TRANSPOSE_CONV",
    "UNIDIRECTIONAL_SEQUENCE_LSTM",
)
"""Operators whose matrices are what a mode is about; biases and what is added or scaled element by
element are few, and stay more exact in every mode."""
IN_FLOAT_ONLY: Final = ("CONV_3D", "CONV_3D_TRANSPOSE")
FEWEST: Final = 1024
"""Numbers a matrix has to have before TensorFlow stores it in 8 bits without calibration."""


@dataclass(frozen=True)
class Storage:
    """Of one signature: how many numbers its products' weights are."""

    asked: str
    """One of `edge_lip.model.inspect.operators.TYPES`."""
    numbers: int
    otherwise: tuple["Otherwise", ...] = ()

    @property
    def differing(self) -> int:
        """How many numbers are stored otherwise."""
        return sum(one.numbers for one in self.otherwise)


@dataclass(frozen=True)
class Otherwise:
    """A weight that is not stored as was asked."""

    operator: str
    tensor: str
    """Its name in the file."""
    shape: tuple[int, ...]
    stored: str
    reason: str

    @property
    def numbers(self) -> int:
        """How many it holds."""
        return prod(self.shape)


def compare_storage(contents: Contents, signature: str, asked: str) -> Storage:
    """How the weights of a signature's products are stored, each tensor once, where `asked` is what
    its mode says."""
    numbers: dict[int, int] = {}
    otherwise: dict[int, Otherwise] = {}
    for graph in contents.reached(signature):
        widened = {
            step.outputs[0]: step.inputs[0] for step in graph.operators if step.name == "DEQUANTIZE"
        }
        for step in graph.operators:
            for index in step.inputs if step.name in PRODUCTS else ():
                tensor = graph.tensors[widened.get(index, index)]
                matrix = len(tensor.shape) > 1 and tensor.dtype != "int32"
                if index < 0 or not tensor.stored or not matrix:
                    continue
                numbers[tensor.buffer] = prod(tensor.shape)
                if tensor.dtype != asked:
                    otherwise[tensor.buffer] = Otherwise(
                        step.name,
                        tensor.name,
                        tensor.shape,
                        tensor.dtype,
                        _reason(step.name, prod(tensor.shape)),
                    )
    return Storage(asked, sum(numbers.values()), tuple(otherwise.values()))


def _reason(operator: str, numbers: int) -> str:
    if operator in IN_FLOAT_ONLY:
        return "TFLite computes it in float only"
    if numbers < FEWEST:
        return f"TensorFlow leaves matrices of fewer than {FEWEST:,} numbers as they are"
    return "TensorFlow left it as it was"


def storage_lines(found: Storage) -> list[str]:
    """For a terminal: one line, and one for each reason why weights are stored otherwise."""
    if not found.otherwise:
        return [f"{found.numbers:,} weights of products, all in {found.asked} as asked"]
    lines = [
        f"{found.numbers:,} weights of products, {found.numbers - found.differing:,} in "
        f"{found.asked} as asked, {found.differing:,} otherwise:"
    ]
    reasons = dict.fromkeys((one.stored, one.reason) for one in found.otherwise)
    for stored, reason in reasons:
        some = [one for one in found.otherwise if (one.stored, one.reason) == (stored, reason)]
        what = ", ".join(f"{one.operator} {'x'.join(map(str, one.shape))}" for one in some[:4])
        more = f" and {len(some) - 4} more" if len(some) > 4 else ""
        lines.append(f"  in {stored}: {what}{more} ({reason})")
    return lines
