"""What a file is made for: which operators and versions may be in it."""

from dataclasses import dataclass
from typing import Final

from edge_lip.errors import ModelError, UsageError
from edge_lip.model.inspect.flatbuffer import read_flatbuffer
from edge_lip.model.inspect.targets import lacking


@dataclass(frozen=True)
class Target:
    """One runtime."""

    runtime: str
    """Whose operators there are: one of `edge_lip.model.inspect.targets.RUNTIMES`."""
    newest: bool = False
    """Whether operators may be used that an interpreter of 2023 lacks or few have: dense layers
    with a scale per channel, LSTMs as one operator with a state."""
    edgetpu: bool = False
    """Whether what runs once per frame is compiled for an Edge TPU."""


DEFAULT: Final = "tflite-runtime"
TARGETS: Final = {
    DEFAULT: Target("tflite-runtime"),
    "litert": Target("litert", newest=True),
    "edgetpu": Target("tflite-runtime", edgetpu=True),
}
"""A file for tflite-runtime 2.14 runs on everything newer too, so it is the default."""


def target(name: str) -> Target:
    """The target called `name`; raises `UsageError` when there is none."""
    if name not in TARGETS:
        raise UsageError(f"there is no target '{name}'; there are: {', '.join(TARGETS)}")
    return TARGETS[name]


def check_operators(flatbuffer: bytes, name: str) -> None:
    """Raise `ModelError` unless the target called `name` has all operators in a flatbuffer, in
    these versions."""
    runtime = target(name).runtime
    contents = read_flatbuffer(flatbuffer)
    missing = [
        f"{one} in '{part}'"
        for part in contents.signatures
        for one in lacking(contents, part, runtime)
    ]
    if missing:
        way = "" if runtime == "litert" else ": choose --target litert, or other layers"
        raise ModelError(f"{name} can't run the model, it lacks {', '.join(missing)}{way}")
