"""What a file is made for. Imports nothing heavy: the command line lists the targets."""

from dataclasses import dataclass
from typing import Final

from edge_lip.registry import find


@dataclass(frozen=True)
class Target:
    """One runtime."""

    summary: str
    """What it is, in a few words, for the help."""
    runtime: str
    """Whose operators there are: one of `edge_lip.model.inspect.targets.RUNTIMES`."""
    newest: bool = False
    """Whether operators may be used that an interpreter of 2023 lacks or few have: dense layers
    with a scale per channel, LSTMs as one operator with a state."""
    edgetpu: bool = False
    """Whether what runs once per frame is compiled for an Edge TPU."""


DEFAULT: Final = "tflite-runtime"
TARGETS: Final = {
    DEFAULT: Target("anything since 2023", "tflite-runtime"),
    "litert": Target("its newest operators", "litert", newest=True),
    "edgetpu": Target("an Edge TPU", "tflite-runtime", edgetpu=True),
}
"""A file for tflite-runtime 2.14 runs on everything newer too, so it is the default."""


def target(name: str) -> Target:
    """The target called `name`; raises `UsageError` when there is none."""
    return find(TARGETS, name, "there is no target")
