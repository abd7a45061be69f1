"""Can this machine read lips? A table of small checks, each for itself."""

from collections.abc import Iterator

from . import cameras, hardware, software
from .check import Check, Finding, Machine

__all__ = ["CHECKS", "Check", "Finding", "Machine", "examine"]

CHECKS: dict[str, Check] = {
    "python": software.python,
    "opencv": software.opencv,
    "recordings": software.recordings,
    "interpreter": software.interpreter,
    "model": software.model,
    "face models": software.face_models,
    "camera": cameras.camera,
    "coral": cameras.coral,
    "processor": hardware.processor,
    "temperature": hardware.temperature,
    "throttling": hardware.throttling,
    "memory": hardware.memory,
    "disk": hardware.disk,
}


def examine(machine: Machine) -> Iterator[tuple[str, Finding]]:
    """Every check's name and finding. One that breaks has failed, and the others go on."""
    for name, check in CHECKS.items():
        try:
            yield name, check(machine)
        except Exception as error:
            told = f"{type(error).__name__}: {error}"
            yield name, Finding("failed", told, "this is a fault of edge-lip: please report it")
