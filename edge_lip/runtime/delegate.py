"""A device beside the processor: what was compiled for it runs there, as long as it answers.

A file that was made for a device has each signature for the processor, too. So nothing is lost with
the device but speed: the processor takes over, within the same frame.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from ..errors import InterpreterError, UsageError
from ..system.say import Say
from .edgetpu import EdgeTpu, Job
from .interpreter import Graph, Graphs, Interpreter, open_interpreter

Array = np.ndarray

COMPILED: Final = "_edgetpu"
"""Ends the name of a signature that is compiled for one; what stands before is the name of the same
for the processor."""
SPEC: Final = re.compile(r"edgetpu(?::(?P<index>\d+)|:(?P<bus>(?:usb|pci)(?::\d+)?))?")


def open_delegated(flatbuffer: bytes, threads: int, spec: str, tell: Say) -> Graphs:
    """The signatures of a flatbuffer, with the device that `spec` names if it is there.

    `spec`: "edgetpu", for any; or which, by number (":0"), bus (":usb", ":pci") or both (":usb:1").
    `tell` gets a line, now or later, when the processor computes what the device could. Raises
    `UsageError` for another `spec`, `InterpreterError` when not even the processor can run it.
    """
    device = device_of(spec)
    interpreter = open_interpreter(flatbuffer, threads)
    compiled = [name for name in interpreter.signatures if name.endswith(COMPILED)]
    if not compiled:
        tell(
            "the model is not compiled for an Edge TPU (edge-lip convert --target edgetpu): "
            "the processor runs all of it"
        )
        return interpreter
    try:
        edgetpu = EdgeTpu(Job(flatbuffer, compiled[0], device, threads))
    except InterpreterError as error:
        tell(f"no Edge TPU, the processor runs all of the model: {error}")
        return interpreter
    return Delegated(interpreter, compiled[0].removesuffix(COMPILED), edgetpu, tell)


def device_of(spec: str) -> str:
    """What Coral's library calls the device of a spec; empty for any. Raises `UsageError`."""
    found = SPEC.fullmatch(spec)
    if found is None:
        raise UsageError(
            f"there is no delegate {spec}; there is edgetpu, or one of several Edge TPUs: "
            "edgetpu:0, edgetpu:usb, edgetpu:usb:0, edgetpu:pci, edgetpu:pci:0"
        )
    return f":{found['index']}" if found["index"] else found["bus"] or ""


class Delegated:
    """Signatures, of which a device computes one."""

    def __init__(self, processor: Interpreter, name: str, device: EdgeTpu, tell: Say) -> None:
        self._processor = processor
        self._name = name
        self._device = device
        self._tell = tell

    def signature(self, name: str) -> Graph:
        """As `Interpreter.signature`."""
        graph = self._processor.signature(name)
        return _Relieved(graph, self._device, self._tell) if name == self._name else graph

    def reset(self) -> None:
        """As `Interpreter.reset`; the device remembers nothing."""
        self._processor.reset()


class _Relieved:
    """A graph that a device computes, until it fails once."""

    def __init__(self, graph: Graph, device: EdgeTpu, tell: Say) -> None:
        self.inputs = graph.inputs
        self.outputs = graph.outputs
        self._graph = graph
        self._device: Callable[[Mapping[str, Array]], dict[str, Array]] | None = device
        self._tell = tell

    def __call__(self, **arrays: Array) -> dict[str, Array]:
        if self._device is not None:
            try:
                return self._device(arrays)
            except InterpreterError as error:
                self._device = None
                self._tell(f"the Edge TPU is lost, the processor goes on: {error}")
        return self._graph(**arrays)
