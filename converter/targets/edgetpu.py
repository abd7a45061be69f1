"""An Edge TPU's share of a model: what its compiler will map, and the compiler itself.

Constraints as in https://coral.ai/docs/edgetpu/models-intro/ (model requirements, supported
operations); the compiler has the last word, and cuts a graph once: what comes after the first
operator it can't map runs on the processor.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from tensorflow.lite.python import schema_py_generated as schema

from edge_lip.errors import ModelError
from edge_lip.model.inspect.flatbuffer import OPERATORS
from edge_lip.model.inspect.targets import EDGETPU

from ..export.flatbuffer import operator_code, parse, serialize

COMPILER: Final = "edgetpu_compiler"
INNER: Final = 3
"""Only this many of a tensor's dimensions, the last ones, may be larger than 1."""
SOFTMAX: Final = 16_000
"""Elements that a softmax may have."""
BYTES: Final = (schema.TensorType.INT8, schema.TensorType.UINT8)
CONSTANTS: Final = (*BYTES, schema.TensorType.INT32)
"""Types of weights, biases and axes."""


@dataclass(frozen=True)
class Step:
    """An operator of a graph with what it works on."""

    operator: Any
    inputs: list[Any]
    """`schema.TensorT`."""
    outputs: list[Any]
    values: list[np.ndarray | None]
    """Of inputs that are constants, as bytes."""


@dataclass(frozen=True)
class Placement:
    """Where an operator of the graph will run."""

    operator: str
    reason: str
    """Why not on the Edge TPU; empty when there."""


@dataclass(frozen=True)
class Compiled:
    """What the compiler made of a flatbuffer."""

    content: bytes
    version: str
    """As the compiler calls itself."""
    report: str
    """Its table of operators."""


def place(content: bytes) -> tuple[Placement, ...]:
    """Where each operator of a flatbuffer's first graph will run, in order."""
    model = parse(content)
    graph = model.subgraphs[0]
    found: list[Placement] = []
    cut = ""
    for operator in graph.operators:
        name = OPERATORS[operator_code(model, operator)]
        reason = cut or _obstacle(name, _step(model, graph, operator))
        if reason and not cut:
            cut = f"comes after {name}, which is not mapped"
        found.append(Placement(name, reason))
    return tuple(found)


def report(placements: tuple[Placement, ...]) -> str:
    """The placements for a person, alike ones together."""
    counts: dict[Placement, int] = {}
    for one in placements:
        counts[one] = counts.get(one, 0) + 1
    mapped = sum(number for one, number in counts.items() if not one.reason)
    lines = [f"  Edge TPU  {mapped} of {len(placements)} operators of each frame can be mapped"]
    lines += [
        f"            {number} {one.operator}: {one.reason or 'Edge TPU'}"
        for one, number in counts.items()
    ]
    return "\n".join(lines)


def find_compiler() -> str | None:
    """The compiler on the PATH."""
    return shutil.which(COMPILER)


def compile_for_edgetpu(compiler: str, content: bytes) -> Compiled:
    """Run the compiler on a flatbuffer of one signature, and give its own the same signature.

    Raises `ModelError` with what the compiler says when it gives no file.
    """
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "encode.tflite"
        source.write_bytes(content)
        try:
            run = subprocess.run(
                [compiler, "--show_operations", "--out_dir", folder, str(source)],
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
            )
        except OSError as error:
            raise ModelError(f"can't run {compiler}: {error.strerror}") from error
        said = [line for line in (run.stdout + run.stderr).splitlines() if line.strip()]
        try:
            compiled = (Path(folder) / "encode_edgetpu.tflite").read_bytes()
        except OSError:
            last = said[-1].strip() if said else f"it ended with {run.returncode}"
            raise ModelError(f"{COMPILER} gave no file: {last}") from None
    version = next((line for line in said if "version" in line), COMPILER)
    return Compiled(_sign(compiled, content), version.split()[-1], "\n".join(said))


def _sign(compiled: bytes, original: bytes) -> bytes:
    """The compiler's graph with the signature that it may have dropped; it keeps the order of
    inputs and outputs. Raises `ModelError` when the file is no such graph."""
    try:
        model, before = parse(compiled), parse(original)
        (signature,) = before.signatureDefs
        old, new = before.subgraphs[0], model.subgraphs[0]
        for maps, then, now in (
            (signature.inputs, old.inputs, new.inputs),
            (signature.outputs, old.outputs, new.outputs),
        ):
            places = dict(zip(then, now, strict=True))
            for entry in maps:
                entry.tensorIndex = places[entry.tensorIndex]
    except Exception as error:  # whatever the generated code raises on what is no flatbuffer
        raise ModelError(f"what {COMPILER} gave is not the graph it was given: {error}") from error
    model.signatureDefs = [signature]
    return serialize(model, len(compiled))


def _step(model: Any, graph: Any, operator: Any) -> Step:
    inputs = [graph.tensors[index] for index in operator.inputs if index >= 0]
    values = [model.buffers[tensor.buffer].data for tensor in inputs]
    return Step(operator, inputs, [graph.tensors[index] for index in operator.outputs], values)


def _obstacle(name: str, step: Step) -> str:
    if name == "DEQUANTIZE":
        return "gives float"
    if name not in EDGETPU:
        return "not among its operators"
    for tensor, value in zip(step.inputs, step.values, strict=True):
        if tensor.type not in (BYTES if value is None else CONSTANTS):
            return "does not compute in 8 bits"
    for tensor in (*step.inputs, *step.outputs):
        shape = [] if tensor.shapeSignature is None else list(tensor.shapeSignature)
        if -1 in shape:
            return "has no fixed shape"
    for tensor in step.outputs:
        shape = [] if tensor.shape is None else list(tensor.shape)
        if any(size > 1 for size in shape[:-INNER]):
            return f"has more than {INNER} dimensions"
    check = CONSTRAINTS.get(name)
    return check(step) if check else ""


def _fused(step: Step) -> str:
    return (
        "has an activation fused to it"
        if step.operator.builtinOptions.fusedActivationFunction
        else ""
    )


def _dilation(step: Step) -> str:
    options = step.operator.builtinOptions
    same = options.dilationWFactor == options.dilationHFactor
    return "" if same else "is dilated differently in height and width"


def _dense(step: Step) -> str:
    if step.operator.builtinOptions.weightsFormat:
        return "has its weights in another order"
    return "" if _flat(step.outputs[0]) else "gives more than one dimension"


def _axes(step: Step) -> str:
    axes = _integers(step.values[1])
    rank = len(step.inputs[0].shape)
    return "reduces the batch" if 0 in [axis % rank for axis in axes] else ""


def _mean(step: Step) -> str:
    rank = len(step.inputs[0].shape)
    inner = {axis % rank for axis in _integers(step.values[1])} <= {rank - 3, rank - 2}
    return _axes(step) or ("" if inner else "reduces other axes than height and width")


def _pad(step: Step) -> str:
    padded = [bool(pair.any()) for pair in np.reshape(_integers(step.values[1]), (-1, 2))]
    *outer, _, _, channels = [False, False, False, *padded]  # fewer axes than four, too
    return "pads other axes than height and width" if channels or any(outer) else ""


def _softmax(step: Step) -> str:
    shape = step.inputs[0].shape
    if not _flat(step.inputs[0]) or np.prod(shape) > SOFTMAX:
        return f"is over more than one dimension, or {SOFTMAX:,} elements"
    return ""


def _batch(step: Step) -> str:
    return "packs the batch" if step.operator.builtinOptions.axis == 0 else ""


def _split(step: Step) -> str:
    return "splits the batch" if 0 in _integers(step.values[0]) else ""


def _strided(step: Step) -> str:
    options = step.operator.builtinOptions
    plain = set(_integers(step.values[3])) <= {1}
    if plain and not options.ellipsisMask and not options.newAxisMask:
        return ""
    return "has strides, an ellipsis or a new axis"


def _alpha(step: Step) -> str:
    return "" if _flat(step.inputs[1]) else "has more than one slope a channel: share its axes"


CONSTRAINTS: Final[dict[str, Callable[[Step], str]]] = {
    "AVERAGE_POOL_2D": _fused,
    "MAX_POOL_2D": _fused,
    "CONCATENATION": _fused,
    "CONV_2D": _dilation,
    "DEPTHWISE_CONV_2D": _dilation,
    "FULLY_CONNECTED": _dense,
    "MEAN": _mean,
    "SUM": _axes,
    "REDUCE_MAX": _axes,
    "REDUCE_MIN": _axes,
    "PAD": _pad,
    "PACK": _batch,
    "PRELU": _alpha,
    "SOFTMAX": _softmax,
    "SPLIT": _split,
    "STRIDED_SLICE": _strided,
}
"""What an operator has to be beside 8-bit and of fixed shape: gives why it is not, or nothing."""


def _flat(tensor: Any) -> bool:
    return all(size == 1 for size in tensor.shape[:-1])


def _integers(value: np.ndarray | None) -> list[int]:
    if value is None:
        return []
    numbers: list[int] = np.frombuffer(bytes(value), np.int32).tolist()
    return numbers
